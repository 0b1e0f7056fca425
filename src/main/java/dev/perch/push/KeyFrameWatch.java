package dev.perch.push;

import dev.perch.feed.Frame;
import dev.perch.media.StreamConfig;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Watches how often key frames come, and asks for them where a service wants more. Used by the follower's thread alone. */
final class KeyFrameWatch {
    /** Services complain of key frames that are further apart. */
    private static final long SERVICE_KEY_NANOS = 4_000_000_000L;

    /** What services ask for. */
    private static final long SERVICE_ASK_NANOS = 2_000_000_000L;

    private final boolean service;
    private final Runnable suggest;
    private StreamConfig.@Nullable H264 config;
    private long lastKeyNanos; // its time of capture; 0 before the first of a connection
    private long askedNanos;
    private String complaint = "";

    /**
     * @param service whether the server is a service that wants a key frame every 2 s
     * @param suggest asks the camera for one
     */
    KeyFrameWatch(boolean service, Runnable suggest) {
        this.service = service;
        this.suggest = suggest;
    }

    /** Begins with a new connection, to which {@code first} is described. */
    void begin(StreamConfig.H264 first) {
        config = config == null ? first : config;
        lastKeyNanos = 0;
    }

    /** Returns the configuration of the camera's newest key frame; null before the first. */
    StreamConfig.@Nullable H264 config() {
        return config;
    }

    /** Takes note of a picture that was sent, and asks for a key frame if that is due. */
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

    /** Returns what a service may complain of, as a sentence; empty if nothing. */
    String complaint() {
        return complaint;
    }
}
