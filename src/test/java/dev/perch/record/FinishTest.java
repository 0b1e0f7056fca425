package dev.perch.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.MalformedBitstreamException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests files after a power cut: each plays, whichever prefix of the writes is on the disk. */
class FinishTest {
    @TempDir
    Path folder;

    /** Copies of a recorded file, one taken after each write. */
    private List<Path> prefixes(int gops) throws Exception {
        ScriptedDisk disk = new ScriptedDisk();
        List<Path> copies = new ArrayList<>();
        disk.written(file -> {
            try {
                copies.add(Files.copy(file, folder.resolve("prefix-" + copies.size() + ".copy")));
            } catch (IOException failed) {
                throw new AssertionError(failed);
            }
        });
        Path recorded = folder.resolve("recorded");
        try (Studio studio = new Studio(Files.createDirectory(recorded), disk)) {
            studio.gops(gops);
            studio.awaitSeconds(gops - 1);
        }
        return copies;
    }

    /** Returns the first copy that has this number of pictures. */
    private static Path first(List<Path> prefixes, int samples) {
        return prefixes.stream()
                .filter(prefix -> samples(prefix) == samples)
                .findFirst()
                .orElseThrow();
    }

    private static int samples(Path file) {
        try (RecordedFile recorded = RecordedFile.open(file)) {
            Scan scan = new Scan(recorded);
            scan.run(recorded.firstFragment());
            return scan.index().samples(1);
        } catch (IOException | MalformedBitstreamException unreadable) {
            throw new AssertionError(file.toString(), unreadable);
        }
    }

    @Test
    @Tag("players")
    void everyPrefixOfTheWrites_plays() throws Exception {
        List<Path> prefixes = prefixes(3);
        assertTrue(prefixes.size() >= 7, () -> "head, fragments, truncation, keys, index, head: " + prefixes);
        int samples = 0;
        for (Path prefix : prefixes) {
            int now = samples(prefix);
            assertTrue(now >= samples, () -> prefix + " has fewer frames than the one before");
            samples = now;
            if (now > 0) {
                assertEquals(now, RecordingTest.decoded(prefix), prefix::toString);
            }
        }
        assertEquals(90, samples);
    }

    @Test
    @Tag("players")
    void everyByteOfTheIndexCutOff_playsAndIsFinished() throws Exception {
        List<Path> prefixes = prefixes(2);
        byte[] finished = Files.readAllBytes(prefixes.get(prefixes.size() - 1));
        byte[] unfinished = Files.readAllBytes(prefixes.get(prefixes.size() - 2)); // all but the head
        assertEquals(finished.length, unfinished.length);
        int media = Files.readAllBytes(prefixes.get(prefixes.size() - 4)).length;
        Path cut = folder.resolve("cut.mp4");
        for (int length = finished.length; length >= media; length -= 37) {
            Files.write(cut, Arrays.copyOf(unfinished, length));
            assertEquals(60, samples(cut), "length=" + length);
            if (length % 7 == 0) {
                assertEquals(60, RecordingTest.decoded(cut), "length=" + length);
            }
            assertEquals(
                    Finish.Result.FINISHED,
                    Finish.finish(Disk.SYSTEM, cut, /* owed= */ false).result());
            assertEquals(finished.length, Files.size(cut));
        }
    }

    @Test
    void tailCutAnywhere_keepsTheWholeFragments() throws Exception {
        List<Path> prefixes = prefixes(3);
        byte[] growing = Files.readAllBytes(first(prefixes, 90)); // the head and all fragments
        Set<Integer> wholes = prefixes.stream().map(FinishTest::samples).collect(Collectors.toSet());
        Path cut = folder.resolve("cut.mp4");
        int before = 90;
        for (int length = growing.length; length > 2000; length -= 997) {
            Files.write(cut, Arrays.copyOf(growing, length));
            int samples = samples(cut);
            assertTrue(samples <= before && wholes.contains(samples), "length=" + length + " samples=" + samples);
            before = samples;
            Finish.Result result =
                    Finish.finish(Disk.SYSTEM, cut, /* owed= */ false).result();
            assertEquals(samples == 0 ? Finish.Result.EMPTY : Finish.Result.FINISHED, result);
            assertEquals(samples, samples(cut));
        }
        assertEquals(0, before);
    }

    @Test
    void zerosBehindTheLastFragment_areCutOff() throws Exception {
        List<Path> prefixes = prefixes(3);
        byte[] growing = Files.readAllBytes(first(prefixes, 90));
        Path file = Files.write(folder.resolve("zeros.mp4"), Arrays.copyOf(growing, growing.length + 70_000));
        assertEquals(
                Finish.Result.FINISHED,
                Finish.finish(Disk.SYSTEM, file, /* owed= */ false).result());
        assertEquals(90, samples(file));
    }

    @Test
    void inspection_soundLongerThanThePictures_isWhole() throws Exception {
        Path recorded = Files.createDirectory(folder.resolve("recorded"));
        HourFile.writeSoundingOn(recorded.resolve("a.mp4"), "front", 2);
        List<String> told = new ArrayList<>();
        assertTrue(Inspection.run(recorded, /* repair= */ false, told::add), told::toString);
    }

    @Test
    void inspection_tellsAndRepairs() throws Exception {
        List<Path> prefixes = prefixes(3);
        Path twoSeconds = first(prefixes, 60);
        Path there = Files.createDirectory(folder.resolve("there"));
        Path growing = Files.copy(twoSeconds, there.resolve("a-growing.mp4"));
        Files.setLastModifiedTime(growing, FileTime.fromMillis(0));
        Files.copy(prefixes.get(prefixes.size() - 1), there.resolve("b-finished.mp4"));
        Files.writeString(there.resolve("c-other.mp4"), "not a recording at all".repeat(20));
        byte[] later = Files.readAllBytes(twoSeconds);
        later[59] = 2; // the version
        Files.write(there.resolve("d-later.mp4"), later);
        List<String> told = new ArrayList<>();
        assertFalse(Inspection.run(there, /* repair= */ false, told::add));
        assertEquals(
                List.of(
                        growing + ": not finished, plays 0:00:02.000",
                        there.resolve("b-finished.mp4") + ": finished, 0:00:03.000",
                        there.resolve("c-other.mp4") + ": not a recording of Perch's, left alone",
                        there.resolve("d-later.mp4")
                                + ": damaged, left alone: a recording of another version of Perch, found 2",
                        "4 files, 1 not finished, 1 damaged"),
                told.stream()
                        .map(line -> line.replaceAll("1\\.9\\d\\d", "2.000").replaceAll("2\\.9\\d\\d", "3.000"))
                        .toList());
        Files.delete(there.resolve("d-later.mp4"));
        assertTrue(Inspection.run(there, /* repair= */ true, line -> {}));
        told.clear();
        assertTrue(Inspection.run(there, /* repair= */ false, told::add));
        assertTrue(told.get(0).contains(": finished, 0:00:0"), told::toString);
    }
}
