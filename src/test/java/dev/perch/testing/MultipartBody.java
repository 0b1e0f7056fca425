package dev.perch.testing;

import dev.perch.media.Bytes;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;

/** Cuts {@code multipart/x-mixed-replace} into its parts by the letter: RFC 2046 §5.1.1, with a Content-Length in each part. */
public final class MultipartBody {
    private static final String BOUNDARY = "--boundarydonotcross";

    private final InputStream in;
    private final boolean ends;
    private boolean begun;

    /**
     * One part.
     *
     * @param headers as they came, in their order
     */
    public record Part(Map<String, String> headers, Bytes jpeg) {
        public Part {
            headers = Map.copyOf(headers);
        }

        public String header(String name) {
            return headers.getOrDefault(name, "");
        }
    }

    /** An endless body: a boundary line stands behind each part at once. */
    public MultipartBody(InputStream in) {
        this(in, false);
    }

    private MultipartBody(InputStream in, boolean ends) {
        this.in = in;
        this.ends = ends;
    }

    /** A body that was asked for with {@code duration=}: nothing stands behind its last part. */
    public static MultipartBody ending(InputStream in) {
        return new MultipartBody(in, true);
    }

    /** The next part whole, with the boundary line behind it where there is one. */
    public Part next() throws IOException {
        if (ends || !begun) {
            begun = true;
            expect(BOUNDARY, Answer.line(in));
        }
        Map<String, String> headers = new LinkedHashMap<>();
        for (String line = Answer.line(in); !line.isEmpty(); line = Answer.line(in)) {
            String[] pair = line.split(": ", 2);
            headers.put(pair[0], pair[1]);
        }
        int sizeBytes = Integer.parseInt(headers.getOrDefault("Content-Length", "-1"));
        byte[] jpeg = in.readNBytes(sizeBytes);
        if (jpeg.length < sizeBytes) {
            throw new EOFException("the connection ended in a part");
        }
        expect("", Answer.line(in));
        if (!ends) {
            expect(BOUNDARY, Answer.line(in));
        }
        return new Part(headers, Bytes.copyOf(jpeg));
    }

    /** Returns true if the body is over here, at the end of a part. */
    public boolean atEnd() throws IOException {
        in.mark(1);
        boolean end = in.read() < 0;
        in.reset();
        return end;
    }

    private static void expect(String wanted, String found) throws IOException {
        if (!found.equals(wanted)) {
            throw new IOException("expected <" + wanted + ">, found <" + found + ">");
        }
    }
}
