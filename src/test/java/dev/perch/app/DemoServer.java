package dev.perch.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The program with the demo camera, one for all tests of a class. */
final class DemoServer implements BeforeAllCallback, AfterAllCallback {
    private @Nullable LiveServer server;
    private @Nullable Path work;

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        work = Files.createTempDirectory("perch-demo");
        server = LiveServer.start(LiveServer.config(LiveServer.demo("demo")), work);
    }

    int port() {
        return Objects.requireNonNull(server).port();
    }

    /** Of what stands at {@code path}, which begins without a slash. */
    String address(String path) {
        return "http://127.0.0.1:" + port() + "/" + path;
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        Objects.requireNonNull(server).close();
        try (Stream<Path> left = Files.walk(Objects.requireNonNull(work))) {
            left.sorted((a, b) -> b.compareTo(a)).forEach(path -> path.toFile().delete());
        }
    }
}
