package dev.perch.push;

import dev.perch.feed.Frame;
import dev.perch.media.StreamConfig;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Watches how often key frames come, and requests them if a service wants more. Used by the follower's thread only. */
final class KeyFrameWatch {
    /** Services complain about key frames further apart than this. */
    private static final long SERVICE_KEY_NANOS = 4_000_000_000L;

    /** The interval that services ask for. */
    private static final long SERVICE_ASK_NANOS = 2_000_000_000L;

    private final boolean service;
    private final Runnable suggest;
    private StreamConfig.@Nullable H264 config;
    private long lastKeyNanos; // the capture time; 0 before the first of a connection
    private long askedNanos;
    private String complaint = "";

    /**
     * Creates the watch.
     *
     * @param service whether the server is a service that wants a key frame every 2 s
     * @param suggest asks the camera for one
     */
    KeyFrameWatch(boolean service, Runnable suggest) {
        this.service = service;
        this.suggest = suggest;
    }

    /** Begins a new connection, whose first description is {@code first}. */
    void begin(StreamConfig.H264 first) {
        config = config == null ? first : config;
        lastKeyNanos = 0;
    }

    /** Returns the configuration of the camera's newest key frame; null before the first. */
    StreamConfig.@Nullable H264 config() {
        return config;
    }

    /** Records a picture that was sent, and requests a key frame if one is due. */
    void seen(Frame frame, long nowNanos) {
        if (!frame.key()) {
            if (service && nowNanos - askedNanos > SERVICE_ASK_NANOS) {
                askedNanos = nowNanos;
                suggest.run();
            }
            return;
        }
        config = (StreamConfig.H264) frame.config();
        askedNanos = nowNanos;
        long keyNanos = frame.time().decodeNanos();
        long gapNanos = keyNanos - lastKeyNanos;
        boolean rare = lastKeyNanos != 0 && gapNanos > SERVICE_KEY_NANOS && service;
        complaint = rare
                ? "The camera gives a key frame every " + TimeUnit.NANOSECONDS.toSeconds(gapNanos)
                        + " s only: this service wants one every 2 s, and may complain."
                : "";
        lastKeyNanos = keyNanos;
    }

    /** Returns what a service may complain about, as a sentence; empty if nothing. */
    String complaint() {
        return complaint;
    }
}
