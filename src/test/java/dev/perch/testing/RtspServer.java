package dev.perch.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** GStreamer's RTSP server in a process of its own, with picture and sound. */
public final class RtspServer implements AutoCloseable {
    public static final String USER = "joe";
    public static final String PASSWORD = "S3cr3t/p@ss";

    private final Process process;
    private final int port;

    private RtspServer(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * Starts a server.
     *
     * @param port 0 for any
     * @param method none, basic or digest
     */
    public static RtspServer start(int port, String method) throws IOException {
        Process process = new ProcessBuilder("src/test/rig/rtsp-server", Integer.toString(port), method, USER, PASSWORD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader said = process.inputReader();
        String line = said.readLine();
        if (line == null) {
            throw new AssertionError("the RTSP server does not start");
        }
        return new RtspServer(process, Integer.parseInt(line));
    }

    /** Returns the port that it listens on. */
    public int port() {
        return port;
    }

    /** Returns the address with the user's name and this password. */
    public String url(String password, String path) {
        String encoded = password.replace("/", "%2F").replace("@", "%40");
        return "rtsp://" + USER + ":" + encoded + "@127.0.0.1:" + port + path;
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
        }
    }
}
