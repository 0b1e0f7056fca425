package dev.perch.record;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.PerchConfig;
import dev.perch.testing.Await;
import dev.perch.testing.PerchServer;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests a film of snapshots whose reader has gone. */
@Tag("players")
class PictureFilmTest {
    private static final int PICTURES = 100;
    private static final Instant START = Instant.parse("2026-11-20T12:00:00Z");

    @TempDir
    Path folder;

    @Test
    void clientThatLeaves_endsItsFilm_andTheNextOneHasItsTurn() throws Exception {
        Path snapshots = folder.resolve("r/front/snapshots/front");
        keep(snapshots);
        Path configuration = Files.writeString(
                folder.resolve("perch.yml"),
                "server: { port: 0, address: 127.0.0.1 }\nrecord: { keep-free: 0% }\ncameras:\n  front:\n    demo: true\n"
                        + "    record: { when: button, snapshots: 1h, path: " + folder
                        + "/r/%camera/%F-%H-%M-%S.mp4 }\n");
        try (PerchServer server = PerchServer.start(PerchConfig.load(configuration), folder.resolve("work"))) {
            Await.until(60, () -> listed(server) >= PICTURES, () -> "only " + listed(server) + " are listed");
            Path begun;
            try (Socket client = server.connect("/" + film(PICTURES))) {
                Await.until(120, () -> growing(snapshots).isPresent(), () -> "no film is made for " + client);
                begun = Files.createLink(
                        folder.resolve("begun.mp4"), growing(snapshots).orElseThrow());
            }
            Await.until(60, () -> growing(snapshots).isEmpty(), () -> "the film goes on");
            int pictures = pictures(Files.readAllBytes(begun));
            assertTrue(pictures < PICTURES, "it was made to its end: pictures=" + pictures);
            Await.until(120, () -> status(server, film(2)) == 200, () -> "the next film does not get its turn");
        }
    }

    private static String film(int seconds) {
        return "front/timelapse.mp4?of=snapshots&speed=10&from=" + START + "&to=" + START.plusSeconds(seconds);
    }

    /** Keeps large pictures, few of which can be encoded in a second. */
    private static void keep(Path snapshots) throws Exception {
        BufferedImage image = new BufferedImage(3840, 2160, BufferedImage.TYPE_3BYTE_BGR);
        Graphics2D graphics = image.createGraphics();
        graphics.setPaint(new GradientPaint(0, 0, Color.BLUE, image.getWidth(), image.getHeight(), Color.ORANGE));
        graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
        graphics.dispose();
        ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
        ImageIO.write(image, "jpeg", jpeg);
        DateTimeFormatter name =
                DateTimeFormatter.ofPattern("yyyy-MM-dd/HH-mm-ss'.jpg'").withZone(ZoneId.systemDefault());
        for (int i = 0; i < PICTURES; i++) {
            Instant moment = START.plusSeconds(i);
            Path path = snapshots.resolve(name.format(moment));
            Files.createDirectories(Objects.requireNonNull(path.getParent()));
            new PictureFile("front", moment.toEpochMilli() * 1000)
                    .write(Disk.SYSTEM, path, List.of(ByteBuffer.wrap(jpeg.toByteArray())));
        }
    }

    private static int listed(PerchServer server) {
        try {
            return server.get("front/recordings/snapshots.json").body().split("\"file\"", -1).length - 1;
        } catch (IOException | InterruptedException failed) {
            throw new AssertionError(failed);
        }
    }

    private static int status(PerchServer server, String path) {
        try {
            return server.get(path).statusCode();
        } catch (IOException | InterruptedException failed) {
            throw new AssertionError(failed);
        }
    }

    private static Optional<Path> growing(Path snapshots) {
        try (Stream<Path> all = Files.walk(snapshots.resolve("../..").normalize(), 3)) {
            return all.filter(path -> path.getFileName().toString().startsWith(PictureFilm.PREFIX))
                    .findFirst();
        } catch (NoSuchFileException gone) {
            return Optional.empty();
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    /** Returns the number of pictures in the index of a film (ISO/IEC 14496-12:2015 §8.7.3); 0 if it has no index. */
    private static int pictures(byte[] film) {
        int stsz = new String(film, StandardCharsets.ISO_8859_1).indexOf("stsz");
        return stsz < 0 ? 0 : ByteBuffer.wrap(film).getInt(stsz + 12);
    }
}
