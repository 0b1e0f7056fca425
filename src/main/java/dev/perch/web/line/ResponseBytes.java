package dev.perch.web.line;

import dev.perch.feed.Destination;
import jakarta.servlet.ServletOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.catalina.connector.CoyoteOutputStream;

/**
 * A response's output stream as a destination. Tomcat's stream takes a buffer directly; others get the bytes through an array, as many as they are
 * ready for.
 */
public abstract class ResponseBytes implements Destination {
    public static ResponseBytes of(ServletOutputStream out) {
        return isTomcats(out) ? new Direct((CoyoteOutputStream) out) : new ByArray(out);
    }

    private static boolean isTomcats(ServletOutputStream out) {
        try {
            return out instanceof CoyoteOutputStream;
        } catch (NoClassDefFoundError otherContainer) {
            return false;
        }
    }

    private static final class Direct extends ResponseBytes {
        private final CoyoteOutputStream out;

        Direct(CoyoteOutputStream out) {
            this.out = out;
        }

        @Override
        public void write(ByteBuffer source) throws IOException {
            out.write(source);
        }
    }

    private static final class ByArray extends ResponseBytes {
        private final ServletOutputStream out;
        private final byte[] array = new byte[8192];

        ByArray(ServletOutputStream out) {
            this.out = out;
        }

        /** Writes bytes. Other containers allow a write only after isReady() (Servlet 6.0 §5.7); the rest stays in {@code source}. */
        @Override
        public void write(ByteBuffer source) throws IOException {
            while (source.hasRemaining() && out.isReady()) {
                int size = Math.min(array.length, source.remaining());
                source.get(array, 0, size);
                out.write(array, 0, size);
            }
        }
    }
}
