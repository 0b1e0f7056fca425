package dev.perch.web.answer;

import dev.perch.web.line.Headers;
import dev.perch.web.line.TomcatRequest;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** Reads the bodies of requests that set something, and writes their answers. */
public final class ShortBody {
    private static final int BODY_MILLIS = 2_000;

    private ShortBody() {}

    /**
     * Reads the body on the request thread, but gives up on one that comes slowly.
     *
     * @throws Parameters.RefusedException if the body is too long or too slow
     */
    public static String read(HttpServletRequest request, int mostBytes)
            throws IOException, Parameters.RefusedException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        byte[] some = new byte[4096];
        long endNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(BODY_MILLIS);
        TomcatRequest.readWithin(request, BODY_MILLIS);
        InputStream in = request.getInputStream();
        for (int count = in.read(some); count >= 0; count = in.read(some)) {
            body.write(some, 0, count);
            if (body.size() > mostBytes) {
                throw new Parameters.RefusedException("The body has more than " + mostBytes + " bytes.");
            }
            if (System.nanoTime() - endNanos > 0) {
                throw new Parameters.RefusedException("The body did not come within 2 s.");
            }
        }
        return body.toString(StandardCharsets.UTF_8);
    }

    public static void answer(String json, HttpServletResponse response) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        response.setContentType("application/json");
        response.setContentLength(body.length);
        Headers.media(response::setHeader);
        response.getOutputStream().write(body);
    }
}
