package dev.perch.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests the folder of one camera that two WARs of a server, or two servers, claim. */
@Timeout(120)
class FolderLockTest {
    @TempDir
    Path work;

    @Test
    void heldByOneWar_anotherWarAndAnotherProcessAreRefused_untilItEnds() throws Exception {
        Path folder = work.resolve("r");
        Path sameFolder = Files.createSymbolicLink(work.resolve("link"), Files.createDirectories(folder));
        try (FolderLock ours = new FolderLock("front", folder)) {
            ours.take();
            ours.take(); // again with each file that begins
            for (int tries = 0; tries < 2; tries++) {
                assertEquals(
                        "another Perch records camera front into " + sameFolder
                                + " (a WAR of the same server), and two would delete each other's files",
                        ofAnotherWar(sameFolder));
                try (Holder other = Holder.start(folder)) {
                    assertEquals(
                            "another Perch records camera front into " + folder
                                    + ", and two would delete each other's files",
                            other.said());
                }
            }
        }
        try (Holder other = Holder.start(folder);
                FolderLock ours = new FolderLock("front", folder)) {
            assertEquals("held", other.said());
            assertThrows(FolderLock.InUseException.class, ours::take);
            other.end();
            ours.take();
        }
        assertEquals("held", ofAnotherWar(folder));
    }

    /** Returns the answer to a claim by a class of another class loader. */
    private static String ofAnotherWar(Path folder) throws Exception {
        URL[] places = places().map(place -> {
                    try {
                        return place.toUri().toURL();
                    } catch (IOException malformed) {
                        throw new AssertionError(malformed);
                    }
                })
                .toArray(URL[]::new);
        try (URLClassLoader loader = new URLClassLoader(places, ClassLoader.getPlatformClassLoader())) {
            Class<?> type = loader.loadClass(FolderLock.class.getName());
            Constructor<?> made = type.getDeclaredConstructor(String.class, Path.class);
            Method take = type.getDeclaredMethod("take");
            made.setAccessible(true);
            take.setAccessible(true);
            Object lock = made.newInstance("front", folder);
            try {
                take.invoke(lock);
                return "held";
            } catch (InvocationTargetException refused) {
                return String.valueOf(refused.getTargetException().getMessage());
            } finally {
                assertInstanceOf(AutoCloseable.class, lock).close();
            }
        }
    }

    private static Stream<Path> places() {
        return Stream.of(FolderLock.class, FolderHolder.class, Nullable.class)
                .map(type -> Path.of(
                        type.getProtectionDomain().getCodeSource().getLocation().getPath()));
    }

    private record Holder(Process process, BufferedReader out) implements AutoCloseable {
        static Holder start(Path folder) throws IOException {
            Process process = new ProcessBuilder(List.of(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-XX:+UseSerialGC",
                            "-cp",
                            places().map(Path::toString).collect(Collectors.joining(File.pathSeparator)),
                            FolderHolder.class.getName(),
                            "front",
                            folder.toString()))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return new Holder(
                    process,
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)));
        }

        String said() throws IOException {
            return String.valueOf(out.readLine());
        }

        void end() throws IOException {
            process.getOutputStream().close();
            process.onExit().join();
        }

        @Override
        public void close() throws IOException {
            end();
        }
    }
}
