package dev.perch.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The recording of a camera.
 *
 * @param rendition the picture to record: {@code main}, or the name of a rendition
 * @param path the path of each file
 * @param when the times of recording
 * @param before how far a recording reaches back before its beginning
 * @param segment the duration after which a new file begins
 * @param sync the most that a power cut may cost: how often written data are forced onto the disk
 * @param audio whether to record sound, if the camera has any
 * @param retention the limits on this camera's files
 * @param snapshots how often a JPEG picture is stored too; zero for never
 * @param onClosed the program to run for each closed file, with its arguments; empty for none
 */
public record RecordConfig(
        String rendition,
        RecordingPath path,
        RecordingTimes when,
        Duration before,
        Duration segment,
        Duration sync,
        boolean audio,
        Retention retention,
        Duration snapshots,
        List<String> onClosed) {
    /** The camera's own picture. */
    static final String MAIN = "main";

    public RecordConfig {
        onClosed = List.copyOf(onClosed);
    }

    /** Returns the meaning of {@code record: true} for the camera of this id. */
    public static RecordConfig defaults(String camera) {
        return new RecordConfig(
                MAIN,
                RecordingPath.DEFAULT.of(camera),
                RecordingTimes.ALWAYS,
                /* before= */ Duration.ZERO,
                Duration.ofHours(1),
                Duration.ofSeconds(1),
                /* audio= */ true,
                Retention.NONE,
                /* snapshots= */ Duration.ZERO,
                List.of());
    }

    /** Returns a shared recording section for one of its cameras. */
    RecordConfig ofCamera(String camera) {
        return new RecordConfig(
                rendition, path.of(camera), when, before, segment, sync, audio, retention, snapshots, onClosed);
    }

    /** Returns this recording with another retention. */
    public RecordConfig with(Retention other) {
        return new RecordConfig(rendition, path, when, before, segment, sync, audio, other, snapshots, onClosed);
    }

    /** Returns this recording at other times. */
    public RecordConfig with(RecordingTimes other) {
        return new RecordConfig(rendition, path, other, before, segment, sync, audio, retention, snapshots, onClosed);
    }

    /** Returns this recording with other durations of files and syncs. */
    public RecordConfig cut(Duration otherSegment, Duration otherSync) {
        return new RecordConfig(
                rendition, path, when, before, otherSegment, otherSync, audio, retention, snapshots, onClosed);
    }

    /** Returns this recording of another rendition. */
    public RecordConfig of(String otherRendition) {
        return new RecordConfig(
                otherRendition, path, when, before, segment, sync, audio, retention, snapshots, onClosed);
    }

    /** Returns the folder above all files. */
    public Path folder() {
        return path.folder();
    }

    /** Returns the folder above a camera's pictures. */
    public Path pictures(String camera) {
        return folder().resolve("snapshots").resolve(camera);
    }
}
