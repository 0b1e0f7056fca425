package dev.perch.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What a camera keeps on disk.
 *
 * @param rendition which picture of the camera: {@code main}, or a name of its renditions
 * @param path where each file goes
 * @param when the times at which the camera is recorded
 * @param before how much of the time before a recording begins is in it
 * @param segment the duration after which a new file is begun
 * @param sync how much a power cut may cost: how often what was written is forced onto the disk
 * @param audio whether sound is recorded, where the camera has any
 * @param retention what is deleted of this camera's files
 * @param snapshots how often a picture is kept too, as JPEG; zero for never
 * @param onClosed the words of a program that is run for each file that is closed; empty for none
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

    /** Returns what {@code record: true} means for the camera of this id. */
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

    /** Returns the recording of one of the cameras that it was written for. */
    RecordConfig ofCamera(String camera) {
        return new RecordConfig(
                rendition, path.of(camera), when, before, segment, sync, audio, retention, snapshots, onClosed);
    }

    /** Returns the same recording, kept otherwise. */
    public RecordConfig with(Retention other) {
        return new RecordConfig(rendition, path, when, before, segment, sync, audio, other, snapshots, onClosed);
    }

    /** Returns the same recording at other times. */
    public RecordConfig with(RecordingTimes other) {
        return new RecordConfig(rendition, path, other, before, segment, sync, audio, retention, snapshots, onClosed);
    }

    /** Returns the same recording, cut into files of other durations, and synced at other intervals. */
    public RecordConfig cut(Duration otherSegment, Duration otherSync) {
        return new RecordConfig(
                rendition, path, when, before, otherSegment, otherSync, audio, retention, snapshots, onClosed);
    }

    /** Returns the same recording, of another picture of the camera. */
    public RecordConfig of(String otherRendition) {
        return new RecordConfig(
                otherRendition, path, when, before, segment, sync, audio, retention, snapshots, onClosed);
    }

    /** Returns the folder that all of its files lie under. */
    public Path folder() {
        return path.folder();
    }

    /** Returns the folder that the pictures of a camera lie under. */
    public Path pictures(String camera) {
        return folder().resolve("snapshots").resolve(camera);
    }
}
