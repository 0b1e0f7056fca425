package dev.perch.app;

import java.nio.channels.SocketChannel;
import org.apache.tomcat.util.net.NioEndpoint;

/** Tomcat's endpoint, which has room made before each connection that it accepts. */
final class RoomyEndpoint extends NioEndpoint {
    private volatile Runnable room = () -> {}; // set when the program has started, called by the acceptor

    /** Sets the call before each connection. */
    void makeRoomBy(Runnable making) {
        room = making;
    }

    @Override
    protected boolean setSocketOptions(SocketChannel socket) {
        room.run();
        return super.setSocketOptions(socket);
    }
}
