package dev.perch.web.line;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.testing.Await;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.catalina.Context;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.modeler.Registry;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Strangers that begin requests and never end them, at the connectors that people have. */
class IdleConnectionsTest {
    private static final int MOST = 24;

    @TempDir
    Path folder;

    /** Answers. */
    private static final class Hello extends HttpServlet {
        private static final long serialVersionUID = 1;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            response.getWriter().print("hello");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Http11NioProtocol", "Http11Nio2Protocol"})
    void halfHeads_leaveRoomForOthers(String protocol) throws Exception {
        Registry.disableRegistry(); // Tomcats of one program would register by the same names
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(folder.toString());
        Connector connector = new Connector("org.apache.coyote.http11." + protocol);
        connector.setPort(0);
        connector.setProperty("address", "127.0.0.1");
        connector.setProperty("maxConnections", Integer.toString(MOST));
        tomcat.setConnector(connector);
        Context context = tomcat.addContext("", folder.toString());
        Tomcat.addServlet(context, "hello", new Hello()).addMapping("/");
        List<Socket> strangers = new ArrayList<>();
        try {
            tomcat.start();
            int port = connector.getLocalPort();
            for (int i = 0; i < MOST; i++) {
                Socket stranger = new Socket(InetAddress.getLoopbackAddress(), port);
                stranger.getOutputStream().write("GET / HTTP/1.1\r\nHost: ".getBytes(StandardCharsets.US_ASCII));
                strangers.add(stranger);
            }
            IdleConnections idle = IdleConnections.find(context.getServletContext(), MOST, () -> 0)
                    .orElseThrow();
            Await.until(10, idle::tend, () -> "not crowded yet");
            try (Socket friend = new Socket(InetAddress.getLoopbackAddress(), port)) {
                friend.getOutputStream()
                        .write("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                                .getBytes(StandardCharsets.US_ASCII));
                Await.until(20, () -> !idle.tend(), () -> "still crowded");
                friend.setSoTimeout(10_000);
                String answer = new String(friend.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
                assertTrue(answer.startsWith("HTTP/1.1 200") && answer.endsWith("hello"), answer);
            }
            assertEquals("", idle.unserving());
        } finally {
            for (Socket stranger : strangers) {
                stranger.close();
            }
            tomcat.stop();
            tomcat.destroy();
        }
    }
}
