package dev.perch.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The program with the demo camera, one for all tests of a class. */
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

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        Objects.requireNonNull(server).close();
        PerchSetup.delete(Objects.requireNonNull(work));
    }
}
