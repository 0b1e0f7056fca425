package dev.perch.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/**
 * A player that writes the demo's sound into a file.
 *
 * @param program vlc, mpv or gstreamer
 * @param address what it plays
 */
public record SoundPlayer(String program, Supplier<String> address) {
    /** The interval between two beeps. */
    private static final int LEAST_SECONDS = 3;

    /** Runs all players at once. Returns what is wrong with the beeps of each player that fails. */
    public static List<String> faults(List<SoundPlayer> players, Path folder) throws Exception {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        ExecutorService threads = Executors.newFixedThreadPool(players.size());
        try {
            List<Future<String>> heard = players.stream()
                    .map(player -> threads.submit(() -> player.fault(folder)))
                    .toList();
            List<String> faults = new ArrayList<>();
            for (Future<String> each : heard) {
                faults.add(result(each));
            }
            faults.removeIf(String::isEmpty);
            return faults;
        } finally {
            threads.shutdownNow();
        }
    }

    private static String result(Future<String> heard) throws InterruptedException {
        try {
            return heard.get();
        } catch (ExecutionException failed) {
            return String.valueOf(failed.getCause());
        }
    }

    /** Runs a player, up to twice, because a busy machine makes any player begin late. */
    private String fault(Path folder) throws Exception {
        String fault = faultOfOneTry(folder);
        return fault.isEmpty() ? fault : faultOfOneTry(folder);
    }

    private String faultOfOneTry(Path folder) throws Exception {
        Path own = Files.createTempDirectory(folder, program);
        Path sound = own.resolve("sound.raw");
        long[] looked = {LEAST_SECONDS};
        Player player = Player.runUntil(
                () -> {
                    long seconds = sound.toFile().length() / (2 * Beeps.RATE_HZ);
                    boolean more = seconds > looked[0];
                    looked[0] = Math.max(seconds, looked[0]);
                    return more && isEnough(beeps(sound));
                },
                own,
                command(sound).toArray(String[]::new));
        List<Double> beeps = beeps(sound);
        return isEnough(beeps)
                ? ""
                : program + " " + address.get() + " " + sound.toFile().length() + " bytes " + beeps + " "
                        + player.complaints();
    }

    private static List<Double> beeps(Path sound) {
        try {
            return Files.exists(sound) ? Beeps.of(Files.readAllBytes(sound)) : List.of();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static boolean isEnough(List<Double> beeps) {
        int seconds = 0;
        for (int i = 1; i < beeps.size(); i++) {
            seconds += Math.abs(beeps.get(i) - beeps.get(i - 1) - 1) < 0.03 ? 1 : 0;
        }
        return seconds >= LEAST_SECONDS;
    }

    private List<String> command(Path sound) {
        String url = address.get();
        return switch (program) {
            case "vlc" ->
                List.of(
                        ("cvlc -I dummy --no-dbus --vout=dummy --run-time=45 --aout=afile --no-audiofile-wav --audiofile-format=s16"
                                        + " --audiofile-channels=1 --play-and-exit --audiofile-file=" + sound + " "
                                        + url
                                        + " vlc://quit")
                                .split(" ", -1));
            case "mpv" ->
                List.of(
                        ("mpv --no-config --really-quiet --vo=null --length=40 --ao=pcm --ao-pcm-waveheader=no --audio-format=s16"
                                        + " --audio-samplerate=48000 --audio-channels=mono --ao-pcm-file=" + sound
                                        + " " + url)
                                .split(" ", -1));
            default ->
                List.of(
                        "timeout",
                        "45",
                        "gst-launch-1.0",
                        "-q",
                        "playbin",
                        "uri=" + url,
                        "video-sink=fakesink sync=true",
                        "audio-sink=audioconvert ! audioresample ! audio/x-raw,format=S16LE,rate=48000,channels=1 ! filesink location="
                                + sound);
        };
    }
}
