package dev.perch.config;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the keys about the deletion of recorded files. */
final class RetentionReader {
    private static final ValueType<Duration> KEEP =
            ValueType.of("a whole number with its unit (m, h, d), from 1m to 3650d, such as 7d", RetentionReader::keep);
    private static final ValueType<Long> KEEP_SIZE = ValueType.of(
            "a whole number with its unit (MB, MiB, GB, GiB, TB), from 1MB to 1000TB, such as 20GB",
            RetentionReader::bytes);
    private static final ValueType<Retention.Free> KEEP_FREE = ValueType.of(
            "a share of the disk from 0% to 90%, or a whole number with its unit (MB, MiB, GB, GiB, TB), such as 10% or 5GB",
            RetentionReader::free);

    private static final Pattern AGE = Pattern.compile("([0-9]{1,7})(m|h|d)");
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,9})(MB|MiB|GB|GiB|TB)");
    private static final Pattern SHARE = Pattern.compile("([0-9]{1,2})%");
    private static final long MOST_BYTES = 1_000_000_000_000_000L;

    private RetentionReader() {}

    /** Reads a duration of whole minutes, hours or days. */
    static Optional<Duration> keep(String text) {
        Matcher matcher = AGE.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long number = Long.parseLong(matcher.group(1));
        Duration age = switch (matcher.group(2)) {
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
        };
        return number > 0 && age.toDays() <= 3650 ? Optional.of(age) : Optional.empty();
    }

    private static Optional<Long> bytes(String text) {
        Matcher matcher = SIZE.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long unit = switch (matcher.group(2)) {
            case "MB" -> 1_000_000L;
            case "MiB" -> 1L << 20;
            case "GB" -> 1_000_000_000L;
            case "GiB" -> 1L << 30;
            default -> 1_000_000_000_000L;
        };
        double bytes = (double) Long.parseLong(matcher.group(1)) * unit;
        return bytes >= 1_000_000 && bytes <= MOST_BYTES ? Optional.of((long) bytes) : Optional.empty();
    }

    private static Optional<Retention.Free> free(String text) {
        Matcher share = SHARE.matcher(text);
        if (share.matches() && Integer.parseInt(share.group(1)) <= 90) {
            return Optional.of(new Retention.Free(Integer.parseInt(share.group(1)), 0));
        }
        return bytes(text).map(bytes -> new Retention.Free(0, bytes));
    }

    /** Reads the three keys of a section. */
    static Retention read(Section section, Retention defaults) {
        return new Retention(
                section.value("keep", KEEP).or(defaults::keep),
                section.value("keep-size", KEEP_SIZE).map(OptionalLong::of).orElse(defaults.keepBytes()),
                section.value("keep-free", KEEP_FREE).or(defaults::keepFree));
    }
}
