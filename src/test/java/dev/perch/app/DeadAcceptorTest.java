package dev.perch.app;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.CameraConfig;
import dev.perch.config.PerchConfig;
import dev.perch.config.SourceConfig;
import dev.perch.testing.PerchServer;
import dev.perch.web.Site;
import jakarta.servlet.ServletContextAttributeEvent;
import jakarta.servlet.ServletContextAttributeListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A Tomcat whose acceptor has died, as of a full heap: who still has a connection is told. */
@Execution(ExecutionMode.CONCURRENT)
class DeadAcceptorTest {
    private static final AtomicBoolean FULL = new AtomicBoolean();

    @TempDir
    Path work;

    /** Has the acceptor meet an Error, once it is asked for, in the place where the program makes room. */
    public static final class FullHeap implements ServletContextAttributeListener {
        @Override
        public void attributeAdded(ServletContextAttributeEvent event) {
            if (event.getName().equals(Site.MAKE_ROOM)) {
                event.getServletContext().setAttribute(Site.MAKE_ROOM, (Runnable) () -> {
                    if (FULL.get()) {
                        throw new OutOfMemoryError("as if");
                    }
                });
            }
        }
    }

    @Test
    void deadAcceptor_isToldByHealthz() throws Exception {
        PerchConfig config = PerchServer.config(CameraConfig.defaults("demo", new SourceConfig.Demo()));
        try (EmbeddedTomcat tomcat =
                        EmbeddedTomcat.start(config.server(), Path.of("webapp").toAbsolutePath(), work, context -> {
                            context.addApplicationListener(FullHeap.class.getName());
                            context.addApplicationListener(PerchListener.class.getName());
                            context.getServletContext().setAttribute(PerchListener.CONFIG_ATTRIBUTE, config);
                        });
                Socket open = new Socket(InetAddress.getLoopbackAddress(), tomcat.port())) {
            assertTrue(healthz(open).startsWith("HTTP/1.1 200"));
            FULL.set(true);
            String told = "";
            try (Socket last = new Socket(InetAddress.getLoopbackAddress(), tomcat.port())) {
                for (int i = 0; i < 40 && last.isConnected() && !told.contains("-Acceptor has ended"); i++) {
                    LockSupport.parkNanos(250_000_000); // below the requests that a connection may have
                    told = healthz(open);
                }
            }
            assertTrue(told.startsWith("HTTP/1.1 503"), told);
            assertTrue(told.contains("nobody is served at port " + tomcat.port()), told);
        } finally {
            FULL.set(false);
        }
    }

    private static String healthz(Socket open) {
        try {
            open.setSoTimeout(10_000);
            open.getOutputStream()
                    .write("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            StringBuilder answer = new StringBuilder();
            byte[] some = new byte[8192];
            while (!answer.toString().endsWith("]}")) {
                int count = open.getInputStream().read(some);
                if (count < 0) {
                    throw new AssertionError("closed after " + answer);
                }
                answer.append(new String(some, 0, count, StandardCharsets.UTF_8));
            }
            return answer.toString();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
