package dev.perch.app;

import dev.perch.config.CameraConfig;
import dev.perch.config.PerchConfig;
import dev.perch.config.PerchConfig.ServerConfig;
import dev.perch.config.SourceConfig;
import dev.perch.source.Devices;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code perch rehearse}: the demo and the first camera, asked once for everything that viewers ask for. {@code bin/perch archive} runs it, so that
 * the JVM writes the classes used into an archive.
 */
final class Rehearsal {
    private static final System.Logger LOG = System.getLogger(Rehearsal.class.getName());
    private static final int PATIENCE_MILLIS = 30_000;

    private static final List<String> DEMO = List.of(
            "/",
            "/demo/",
            "/demo/snapshot.jpg",
            "/demo/stream.mjpg?duration=1",
            "/demo/stream.h264?duration=1",
            "/demo/stream.mp4?duration=1",
            "/stats",
            "/healthz");
    private static final List<String> CAMERA = List.of("/camera/controls", "/camera/snapshot.jpg");

    private Rehearsal() {}

    /** Returns the configuration of the rehearsal: a free port on loopback. */
    static PerchConfig configuration() {
        List<CameraConfig> cameras = new ArrayList<>();
        cameras.add(CameraConfig.defaults("demo", new SourceConfig.Demo()));
        Devices.firstCamera()
                .ifPresent(device -> cameras.add(CameraConfig.defaults("camera", new SourceConfig.Device(device))));
        ServerConfig server = ServerConfig.defaults().withAddress("127.0.0.1").withPort(0);
        return PerchConfig.defaults().withServer(server).withCameras(cameras);
    }

    /** Requests everything from the server at {@code port}, one after the other. What fails is logged, and then missing in the archive. */
    static void visit(PerchConfig config, int port) {
        List<String> paths = new ArrayList<>(DEMO);
        if (config.cameras().size() > 1) {
            paths.addAll(CAMERA);
        }
        for (String path : paths) {
            try {
                get(path, port);
            } catch (IOException refused) {
                LOG.log(Level.WARNING, "no answer to {0}: {1}", path, refused);
            }
        }
    }

    private static void get(String path, int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            String request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
        }
    }
}
