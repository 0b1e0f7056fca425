package dev.perch.web.line;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.perch.audience.Closer;
import dev.perch.audience.LineListener;
import java.io.EOFException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.tomcat.util.net.AbstractEndpoint.Handler.SocketState;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.junit.jupiter.api.Test;

/** Tests the end of the input of a connection, which Tomcat reports again and again for as long as it is asked for input. */
class SocketLineTest {
    private final SocketWrapperBase<?> socket = mock(SocketWrapperBase.class);

    private SocketLine lineOf(LineListener viewer) {
        SocketLine line = new SocketLine();
        line.prepare(new ReentrantLock(), mock(Closer.class));
        line.open(viewer);
        line.setSocketWrapper(socket);
        return line;
    }

    private static LineListener viewer(boolean goesOn) {
        LineListener viewer = mock(LineListener.class);
        when(viewer.onInputEnd()).thenReturn(goesOn);
        return viewer;
    }

    @Test
    void halfClosed_isNotAskedForInputAgain() throws Exception {
        when(socket.read(eq(false), any(ByteBuffer.class))).thenReturn(-1);
        assertEquals(SocketState.SUSPENDED, lineOf(viewer(true)).upgradeDispatch(SocketEvent.OPEN_READ));
        assertEquals(SocketState.CLOSED, lineOf(viewer(false)).upgradeDispatch(SocketEvent.OPEN_READ));
    }

    @Test
    void halfClosed_toldByAnException_isNotAskedForInputAgain() throws Exception {
        when(socket.read(eq(false), any(ByteBuffer.class))).thenThrow(new EOFException());
        assertEquals(SocketState.SUSPENDED, lineOf(viewer(true)).upgradeDispatch(SocketEvent.OPEN_READ));
        assertEquals(SocketState.CLOSED, lineOf(viewer(false)).upgradeDispatch(SocketEvent.OPEN_READ));
    }

    @Test
    void nothingToRead_isAskedForInputAgain() throws Exception {
        when(socket.read(eq(false), any(ByteBuffer.class))).thenReturn(0);
        assertEquals(SocketState.UPGRADED, lineOf(viewer(true)).upgradeDispatch(SocketEvent.OPEN_READ));
    }
}
