package dev.perch.app;

import dev.perch.audience.InboundBound;
import java.io.IOException;
import org.apache.coyote.Adapter;
import org.apache.coyote.Request;
import org.apache.coyote.http11.upgrade.InternalHttpUpgradeHandler;
import org.apache.coyote.http2.Http2AsyncUpgradeHandler;
import org.apache.coyote.http2.Http2Protocol;
import org.apache.tomcat.util.net.SocketWrapperBase;

/**
 * Tomcat's HTTP/2, which also counts the frames that Tomcat reads and ignores. Tomcat closes a connection with too many pings, settings or small frames
 * for what it asks; frames of unknown type (RFC 9113 §5.5) and answers to pings (§6.7) cost a thread as much, and are in none of its counts.
 */
final class BoundedHttp2Protocol extends Http2Protocol {
    /** More than any client earns by its requests: Tomcat closes a connection whose count is above zero. */
    private static final int BEYOND_ANY_LIMIT = 1 << 30;

    @Override
    public InternalHttpUpgradeHandler getInternalUpgradeHandler(
            SocketWrapperBase<?> socket, Adapter adapter, Request request) {
        return socket.hasAsyncIO()
                ? new Handler(this, adapter, request, socket)
                : super.getInternalUpgradeHandler(socket, adapter, request);
    }

    /** One connection. Tomcat reads its frames on one thread at a time. */
    private static final class Handler extends Http2AsyncUpgradeHandler {
        private final InboundBound frames = new InboundBound(InboundBound.MOST_FRAMES);
        private final InboundBound bytes = new InboundBound(InboundBound.MOST_BYTES);

        Handler(Http2Protocol protocol, Adapter adapter, Request request, SocketWrapperBase<?> socket) {
            super(protocol, adapter, request, socket);
        }

        @Override
        public void onSwallowedUnknownFrame(int streamId, int frameTypeId, int flags, int size) {
            count(size);
        }

        @Override
        public void pingReceive(byte[] payload, boolean ack) throws IOException {
            if (ack) {
                count(payload.length);
            }
            super.pingReceive(payload, ack);
        }

        /** Counts a frame that asks for nothing. Too many in a second make Tomcat say ENHANCE_YOUR_CALM and close the connection. */
        private void count(int payloadBytes) {
            long nowNanos = System.nanoTime();
            if (frames.exceededBy(1, nowNanos) || bytes.exceededBy(payloadBytes, nowNanos)) {
                increaseOverheadCount(null, BEYOND_ANY_LIMIT); // the type, which is Tomcat's own, is only for its log
            }
        }
    }
}
