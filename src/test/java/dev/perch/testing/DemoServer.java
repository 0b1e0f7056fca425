package dev.perch.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A program with the demo camera, shared by the tests of a class. */
public final class DemoServer implements BeforeAllCallback, AfterAllCallback {
    private @Nullable PerchServer server;
    private @Nullable Path work;

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        work = Files.createTempDirectory("perch-demo");
        server = PerchServer.start(PerchServer.config(TestCameras.demo("demo")), work);
    }

    public int port() {
        return Objects.requireNonNull(server).port();
    }

    /** Returns the address of what stands at {@code path}, which begins without a slash. */
    public String address(String path) {
        return Objects.requireNonNull(server).address(path);
    }

    /** Returns the body at {@code path}. */
    public byte[] bytes(String path) {
        try (InputStream body = URI.create(address(path)).toURL().openStream()) {
            return body.readAllBytes();
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    /** Returns the text at {@code path}. */
    public String text(String path) {
        return new String(bytes(path), StandardCharsets.UTF_8);
    }

    /** Waits until an HLS playlist has this number of segments after its last discontinuity. A busy machine makes some discontinuities while the camera starts. */
    public void awaitUnbroken(String playlist, int segments) {
        Await.until(60, () -> unbroken(text(playlist)) >= segments, () -> text(playlist));
    }

    private static int unbroken(String playlist) {
        String[] pieces = playlist.split("#EXT-X-DISCONTINUITY\n", -1);
        return pieces[pieces.length - 1].split("#EXTINF", -1).length - 1;
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        Objects.requireNonNull(server).close();
        PerchSetup.delete(Objects.requireNonNull(work));
    }
}
