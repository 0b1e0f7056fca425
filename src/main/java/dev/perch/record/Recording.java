package dev.perch.record;

import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * A recorded file, as the catalogue knows it.
 *
 * @param startMillis when its first frame was captured, in milliseconds since 1970; no two of a camera begin in the same
 * @param durationMillis how long it is; 0 while that is not known
 * @param kept whether an operator wants it to stay
 * @param finished whether it has its index
 */
public record Recording(
        Path path, long startMillis, long durationMillis, long sizeBytes, boolean kept, boolean finished) {
    private static final DateTimeFormatter NAME =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmssSSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final String SUFFIX = ".mp4";

    /** Returns its name in addresses, which tells nothing of where it lies. */
    public String name() {
        return NAME.format(Instant.ofEpochMilli(startMillis)) + SUFFIX;
    }

    /** Returns the name of a picture in addresses. */
    public String pictureName() {
        return NAME.format(Instant.ofEpochMilli(startMillis)) + PictureFile.SUFFIX;
    }

    /** Returns when the picture of that name was captured; empty if none has such a name. */
    public static OptionalLong pictureMillis(String name) {
        return name.endsWith(PictureFile.SUFFIX)
                ? startMillis(name.substring(0, name.length() - PictureFile.SUFFIX.length()) + SUFFIX)
                : OptionalLong.empty();
    }

    /** Returns the begin of the recording of that name; empty if none has such a name. */
    public static OptionalLong startMillis(String name) {
        if (!name.endsWith(SUFFIX) || name.length() > 30) {
            return OptionalLong.empty();
        }
        try {
            Instant start = NAME.parse(name.substring(0, name.length() - SUFFIX.length()), Instant::from);
            return OptionalLong.of(start.toEpochMilli());
        } catch (DateTimeParseException other) {
            return OptionalLong.empty();
        }
    }

    /** Returns when its last frame ends, in milliseconds since 1970. */
    public long endMillis() {
        return startMillis + durationMillis;
    }
}
