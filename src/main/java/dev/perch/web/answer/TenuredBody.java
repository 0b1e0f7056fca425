package dev.perch.web.answer;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** A body that may take long to send, and breaks off as soon as its client loses the right to it. Read by one thread at a time. */
final class TenuredBody extends InputStream {
    private final InputStream body;
    private final Tenure tenure;
    private volatile @Nullable String ended; // set by the check, read by the sender

    /**
     * Creates the body.
     *
     * @param body the content, closed with this one
     */
    TenuredBody(HttpServletRequest request, InputStream body) {
        this.body = body;
        this.tenure = new Tenure(request);
        tenure.of(why -> ended = why);
    }

    @Override
    public int read() throws IOException {
        requireAllowed();
        return body.read();
    }

    @Override
    public int read(byte[] bytes, int from, int count) throws IOException {
        requireAllowed();
        return body.read(bytes, from, count);
    }

    private void requireAllowed() throws IOException {
        String why = ended;
        if (why != null) {
            throw new IOException(why);
        }
    }

    @Override
    public void close() throws IOException {
        tenure.over();
        body.close();
    }
}
