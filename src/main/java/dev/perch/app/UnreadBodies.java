package dev.perch.app;

import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.catalina.connector.Connector;
import org.apache.coyote.ActionCode;
import org.apache.coyote.Adapter;
import org.apache.coyote.ProtocolHandler;
import org.apache.coyote.Request;
import org.apache.coyote.Response;
import org.apache.tomcat.util.net.SocketEvent;

/**
 * Leaves unread the body of a request that Tomcat itself has refused before any servlet saw it: a thread would wait for the rest of it. The
 * connection ends with the answer.
 */
final class UnreadBodies implements Adapter {
    private final Adapter tomcats;

    private UnreadBodies(Adapter tomcats) {
        this.tomcats = tomcats;
    }

    /** Applies to the requests of {@code connector}, which is initialized but not started. */
    static void leave(Connector connector) {
        ProtocolHandler protocol = connector.getProtocolHandler();
        protocol.setAdapter(new UnreadBodies(protocol.getAdapter()));
    }

    @Override
    public void service(Request request, Response response) throws Exception {
        tomcats.service(request, response);
        boolean announced = request.getContentLengthLong() > 0 || request.getHeader("Transfer-Encoding") != null;
        if (announced && response.getStatus() >= 400 && !asynchronous(request)) {
            request.action(ActionCode.DISABLE_SWALLOW_INPUT, null);
        }
    }

    private static boolean asynchronous(Request request) {
        AtomicBoolean started = new AtomicBoolean();
        request.action(ActionCode.ASYNC_IS_ASYNC, started);
        return started.get();
    }

    @Override
    public boolean prepare(Request request, Response response) throws Exception {
        return tomcats.prepare(request, response);
    }

    @Override
    public boolean asyncDispatch(Request request, Response response, SocketEvent event) throws Exception {
        return tomcats.asyncDispatch(request, response, event);
    }

    @Override
    public void log(Request request, Response response, long millis) {
        tomcats.log(request, response, millis);
    }

    @Override
    public void checkRecycled(Request request, Response response) {
        tomcats.checkRecycled(request, response);
    }

    @Override
    public String getDomain() {
        return tomcats.getDomain();
    }
}
