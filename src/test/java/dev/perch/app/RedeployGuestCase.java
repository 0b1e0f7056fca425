package dev.perch.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.guest.Guest;
import dev.perch.testing.Await;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.core.ThreadLocalLeakPreventionListener;
import org.apache.catalina.startup.ContextConfig;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.scan.StandardJarScanner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What 20 redeploys with a camera device leave behind: nothing. The device is open, and its pictures are being encoded, whenever a version is taken away. A
 * whole Tomcat would take minutes on the emulated machine; here are its web application class loader and the listener that renews its request threads.
 */
class RedeployGuestCase {
    private static final int REDEPLOYS = 20;

    @TempDir
    Path work;

    @Test
    void redeploy_withACameraDevice_leavesNothingBehind() throws Exception {
        String vivid = Guest.vivid(); // by this program's own JNA
        List<String> libraries = OwnFootprint.take().libraries();
        Path base = Files.createDirectories(work.resolve("base"));
        Files.writeString(
                Files.createDirectory(base.resolve("conf")).resolve("perch.yml"),
                "cameras: { vivid: { device: " + vivid + ", size: 320x180, encoder: off } }\n");
        Path unpacked = unpack(Path.of(System.getProperty("perch.war")), work.resolve("cams"));
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(base.toString());
        tomcat.setPort(0);
        tomcat.getConnector().setProperty("address", "127.0.0.1");
        tomcat.getServer().addLifecycleListener(new ThreadLocalLeakPreventionListener());
        StandardContext context = new StandardContext();
        context.setParentClassLoader(RedeployGuestCase.class.getClassLoader());
        context.setPath("/cams");
        context.setDocBase(unpacked.toString());
        // the tests' own class path is no part of a server's, and half of a redeploy's work on the emulated machine
        ((StandardJarScanner) context.getJarScanner()).setScanClassPath(false);
        context.addLifecycleListener(new ContextConfig());
        tomcat.getHost().addChild(context);
        tomcat.start();
        try {
            LoaderWatch loaders = new LoaderWatch();
            String server = "http://127.0.0.1:" + tomcat.getConnector().getLocalPort();
            visit(server, context, loaders);
            context.reload(); // what is made once is there now
            visit(server, context, loaders);
            context.stop();
            loaders.awaitNone(() -> renewRequestThreads(server));
            awaitWithin(new OwnFootprint(
                    OwnFootprint.take().threads(), OwnFootprint.take().devices(), libraries));
            OwnFootprint before = OwnFootprint.take();
            for (int i = 0; i < REDEPLOYS; i++) {
                context.start();
                visit(server, context, loaders);
                context.stop();
            }
            assertEquals(REDEPLOYS + 2, loaders.seen());
            loaders.awaitNone(() -> renewRequestThreads(server));
            awaitWithin(before);
        } finally {
            tomcat.stop();
            tomcat.destroy();
        }
    }

    private static void awaitWithin(OwnFootprint before) {
        Await.until(
                Guest.PATIENCE_SECONDS,
                () -> {
                    System.gc(); // libraries go with the collection after their class loader's
                    return OwnFootprint.take().isWithin(before);
                },
                () -> OwnFootprint.take() + " where there was " + before);
    }

    private static Path unpack(Path war, Path folder) throws IOException {
        try (InputStream file = Files.newInputStream(war);
                ZipInputStream zip = new ZipInputStream(file)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path to = folder.resolve(entry.getName());
                assertTrue(to.normalize().startsWith(folder), entry::getName);
                if (entry.isDirectory()) {
                    Files.createDirectories(to);
                } else {
                    Files.createDirectories(Objects.requireNonNull(to.getParent()));
                    Files.copy(zip, to);
                }
            }
        }
        return folder;
    }

    /** Has the camera started, its pictures encoded, and leaves while it goes on. */
    private static void visit(String server, StandardContext context, LoaderWatch loaders) {
        ClassLoader loader = context.getLoader().getClassLoader();
        loaders.add(loader);
        String snapshot = server + "/cams/snapshot.jpg";
        Guest.await(
                "a picture", () -> status(snapshot) == 200); // 503 where the emulated machine is too slow for the first
        assertTrue(
                List.of(loaderOf("perch-capture"), loaderOf("perch-vivid-pump")).stream()
                        .allMatch(each -> each == loader),
                "the program is the web application's");
    }

    private static ClassLoader loaderOf(String thread) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(each -> each.getName().startsWith(thread))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no thread " + thread))
                .getContextClassLoader();
    }

    /** Tomcat ends each request thread after its first request since the context has stopped. */
    private static void renewRequestThreads(String server) {
        for (int i = 0; i < 4; i++) {
            assertEquals(404, status(server + "/nothing"));
        }
    }

    private static int status(String address) {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) URI.create(address).toURL().openConnection();
            connection.setReadTimeout(120_000);
            connection.setRequestProperty("Connection", "close");
            int status = connection.getResponseCode();
            connection.disconnect();
            return status;
        } catch (IOException unanswered) {
            throw new AssertionError(unanswered);
        }
    }
}
