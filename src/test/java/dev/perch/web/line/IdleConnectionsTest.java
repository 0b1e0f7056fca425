package dev.perch.web.line;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.testing.Answer;
import dev.perch.testing.Await;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.catalina.Context;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.modeler.Registry;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Strangers that begin requests and never end them, and friends whose requests wait for a thread, at the connectors that people have. */
@Execution(ExecutionMode.CONCURRENT)
class IdleConnectionsTest {
    private static final int MOST = 24;

    /** More than half of what may be, and less than three quarters. */
    private static final int CROWD = 15;

    /** Longer than a silent connection may stay among so many. */
    private static final Duration LONG = Duration.ofSeconds(3);

    private static final String REQUEST = "GET / HTTP/1.1\r\nHost: localhost\r\n";

    @TempDir
    Path folder;

    private final CountDownLatch gate = new CountDownLatch(1);
    private final CountDownLatch entered = new CountDownLatch(1);
    private final Hello hello = new Hello(entered, gate);
    private final List<Socket> open = new ArrayList<>();

    /** Answers; what is slow, when the gate is open. */
    private static final class Hello extends HttpServlet {
        private static final long serialVersionUID = 1;

        private final transient CountDownLatch entered;
        private final transient CountDownLatch gate;

        Hello(CountDownLatch entered, CountDownLatch gate) {
            this.entered = entered;
            this.gate = gate;
        }

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            if (request.getRequestURI().equals("/slow")) {
                entered.countDown();
                await(gate);
            }
            response.getWriter().print("hello");
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(60, TimeUnit.SECONDS));
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        }
    }

    /** Takes the only thread. */
    private void takeTheThread(int port) throws IOException {
        say(connect(port), REQUEST.replace("/ ", "/slow ") + "\r\n");
        await(entered);
    }

    private interface Attempt {
        void with(IdleConnections idle, int port) throws Exception;
    }

    private void inTomcat(String protocol, int threads, Attempt attempt) throws Exception {
        Registry.disableRegistry(); // Tomcats of one program would register by the same names
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(folder.toString());
        Connector connector = new Connector("org.apache.coyote.http11." + protocol);
        connector.setPort(0);
        connector.setProperty("address", "127.0.0.1");
        connector.setProperty("maxConnections", Integer.toString(MOST));
        connector.setProperty("maxThreads", Integer.toString(threads));
        connector.setProperty("minSpareThreads", "1");
        tomcat.setConnector(connector);
        Context context = tomcat.addContext("", folder.toString());
        Tomcat.addServlet(context, "hello", hello).addMapping("/");
        try {
            tomcat.start();
            IdleConnections idle = IdleConnections.find(context.getServletContext(), MOST, () -> 0)
                    .orElseThrow();
            attempt.with(idle, connector.getLocalPort());
            assertEquals("", idle.unserving());
        } finally {
            gate.countDown();
            for (Socket one : open) {
                one.close();
            }
            tomcat.stop();
            tomcat.destroy();
        }
    }

    private Socket connect(int port) throws IOException {
        Socket one = new Socket(InetAddress.getLoopbackAddress(), port);
        one.setSoTimeout(20_000);
        open.add(one);
        return one;
    }

    private static void say(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** The five bytes behind the head of an answer. */
    private static String lastLine(InputStream in) throws IOException {
        while (!Answer.line(in).isEmpty()) {
            // a field of the head
        }
        return new String(in.readNBytes(5), StandardCharsets.US_ASCII);
    }

    private static void assertAnswered(Socket socket) throws IOException {
        String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertTrue(answer.startsWith("HTTP/1.1 200") && answer.endsWith("hello"), answer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Http11NioProtocol", "Http11Nio2Protocol"})
    void halfHeads_leaveRoomForOthers(String protocol) throws Exception {
        inTomcat(
                protocol,
                /* threads= */ 8,
                (idle, port) -> {
                    for (int i = 0; i < MOST; i++) {
                        say(connect(port), "GET / HTTP/1.1\r\nHost: ");
                    }
                    Await.until(10, idle::tend, () -> "not crowded yet");
                    Socket friend = connect(port);
                    say(friend, REQUEST + "Connection: close\r\n\r\n");
                    Await.until(20, () -> !idle.tend(), () -> "still crowded");
                    assertAnswered(friend);
                });
    }

    /** New connections, and old ones whose next request comes: none has a thread for longer than a silent connection may stay. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void crowdWhoseRequestsWaitForAThread_isAnsweredAndNotClosed(boolean answeredBefore) throws Exception {
        inTomcat(
                "Http11NioProtocol",
                /* threads= */ 1,
                (idle, port) -> {
                    List<Socket> crowd = new ArrayList<>();
                    for (int i = 0; i < CROWD; i++) {
                        Socket one = connect(port);
                        crowd.add(one);
                        if (answeredBefore) {
                            say(one, REQUEST + "\r\n");
                            assertEquals("hello", lastLine(one.getInputStream()));
                        }
                    }
                    takeTheThread(port);
                    for (Socket one : crowd) {
                        say(one, REQUEST + "Connection: close\r\n\r\n");
                    }
                    Await.until(10, idle::tend, () -> "not crowded yet");
                    long begunNanos = System.nanoTime();
                    Await.until(
                            20,
                            () -> idle.tend() && System.nanoTime() - begunNanos > LONG.toNanos(),
                            () -> "they are closed, or were not looked at");
                    gate.countDown();
                    for (Socket one : crowd) {
                        assertAnswered(one);
                    }
                });
    }

    /** As long as a head may take, and no longer: a server whose threads never come back must take others. */
    @ParameterizedTest
    @ValueSource(strings = "Http11NioProtocol")
    void silentConnections_goAtLast_whileAllThreadsAreTaken(String protocol) throws Exception {
        inTomcat(
                protocol,
                /* threads= */ 1,
                (idle, port) -> {
                    takeTheThread(port);
                    for (int i = 0; i < CROWD; i++) {
                        connect(port);
                    }
                    Await.until(10, idle::tend, () -> "not crowded yet");
                    Await.until(30, () -> !idle.tend(), () -> "still crowded");
                });
    }
}
