package dev.perch.web.line;

import java.lang.reflect.Field;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.coyote.Processor;
import org.apache.coyote.UpgradeToken;

/** The streams of an HTTP/2 connection, which Tomcat does not show. For the NIO and NIO2 connectors of Tomcat 10.1 and 11. */
final class Http2Streams {
    private static final String HANDLER = "org.apache.coyote.http2.Http2UpgradeHandler";
    private static final String COUNT = "activeRemoteStreamCount";

    private Http2Streams() {}

    /**
     * Returns whether {@code processor} serves an HTTP/2 connection on which no request is being answered; false if Tomcat does not tell.
     */
    static boolean none(Processor processor) {
        try {
            UpgradeToken token = processor.getUpgradeToken();
            Object handler = token == null ? null : token.getHttpUpgradeHandler();
            return handler != null && count(handler) == 0;
        } catch (LinkageError | ReflectiveOperationException | RuntimeException unlike) {
            return false;
        }
    }

    private static int count(Object handler) throws ReflectiveOperationException {
        Class<?> type = handler.getClass();
        while (type != Object.class && !type.getName().equals(HANDLER)) {
            type = type.getSuperclass(); // the asynchronous class extends the other one
        }
        if (type == Object.class) {
            return -1; // a WebSocket
        }
        Field count = type.getDeclaredField(COUNT);
        count.setAccessible(true);
        return ((AtomicInteger) count.get(handler)).get();
    }
}
