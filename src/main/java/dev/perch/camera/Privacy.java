package dev.perch.camera;

import dev.perch.config.PrivacyConfig;
import dev.perch.config.RecordingTimes;
import dev.perch.media.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/**
 * The reasons for which a camera is private: its configuration, hours of the week, or an operator's switch. Each of them alone suffices. Safe from
 * any thread.
 */
public final class Privacy {
    private static final DateTimeFormatter CLOCK_TIME = DateTimeFormatter.ofPattern("EEE HH:mm", Locale.ENGLISH);

    /** How often the hours are checked. */
    static final long LOOK_NANOS = 1_000_000_000L;

    private final PrivacyConfig config;
    private final Clock clock;
    private volatile boolean switched; // any thread writes
    private volatile boolean hours; // written under this, read by everybody
    private long nextLookNanos; // guarded by this, like the next
    private boolean looked;

    Privacy(PrivacyConfig config, Clock clock, boolean switched) {
        this.config = config;
        this.clock = clock;
        this.switched = switched;
    }

    /** Returns whether the camera is to be private. */
    public boolean on() {
        return switched || config.when().kind() == RecordingTimes.Kind.ALWAYS || hours();
    }

    /** Returns whether an operator has made it private. */
    public boolean switched() {
        return switched;
    }

    /** Returns whether hours of the week count too, which must be checked now and then. */
    boolean scheduled() {
        return config.when().kind() == RecordingTimes.Kind.SCHEDULE;
    }

    void switchTo(boolean on) {
        switched = on;
    }

    private boolean hours() {
        if (!scheduled()) {
            return false;
        }
        synchronized (this) {
            long nowNanos = clock.nanoTime();
            if (!looked || nowNanos - nextLookNanos >= 0) {
                looked = true;
                nextLookNanos = nowNanos + LOOK_NANOS;
                hours = config.when().cover(now());
            }
        }
        return hours;
    }

    private ZonedDateTime now() {
        return Instant.ofEpochSecond(Math.floorDiv(clock.wallClockMicros(), 1_000_000L))
                .atZone(ZoneId.systemDefault());
    }

    /** Returns when privacy ends by itself; empty if it does not, or is off. */
    public Optional<Instant> until() {
        boolean ends = hours() && !switched && config.when().kind() != RecordingTimes.Kind.ALWAYS;
        return ends ? config.when().changeAfter(now()).map(ZonedDateTime::toInstant) : Optional.empty();
    }

    /** Returns why the camera is private, as a sentence for people; empty if it is not. */
    public String reason() {
        if (config.when().kind() == RecordingTimes.Kind.ALWAYS) {
            return "Private, as its configuration says.";
        }
        if (switched) {
            return "Private: an operator has switched it off.";
        }
        if (!hours()) {
            return "";
        }
        return "Private"
                + until().map(end -> " until " + CLOCK_TIME.format(end.atZone(ZoneId.systemDefault())))
                        .orElse("")
                + ", by its hours.";
    }
}
