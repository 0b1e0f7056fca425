package dev.perch.record;

import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * A recorded file or stored picture, as the catalogue knows it.
 *
 * @param startMillis the capture time of the first frame, in milliseconds since 1970; unique within a camera
 * @param durationMillis the length; 0 if unknown
 * @param kept whether an operator keeps it from being deleted
 * @param finished whether it has its index
 */
public record Recording(
        Path path, long startMillis, long durationMillis, long sizeBytes, boolean kept, boolean finished) {
    private static final DateTimeFormatter NAME =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmssSSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final String SUFFIX = ".mp4";

    /** Returns the name in addresses, which does not reveal the path. */
    public String name() {
        return NAME.format(Instant.ofEpochMilli(startMillis)) + SUFFIX;
    }

    /** Returns the name of a picture in addresses. */
    public String pictureName() {
        return NAME.format(Instant.ofEpochMilli(startMillis)) + PictureFile.SUFFIX;
    }

    /** Returns the capture time in a picture's name; empty if this is no such name. */
    public static OptionalLong pictureMillis(String name) {
        return name.endsWith(PictureFile.SUFFIX)
                ? startMillis(name.substring(0, name.length() - PictureFile.SUFFIX.length()) + SUFFIX)
                : OptionalLong.empty();
    }

    /** Returns the beginning in a recording's name; empty if this is no such name. */
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

    /** Returns the end of the last frame, in milliseconds since 1970. */
    public long endMillis() {
        return startMillis + durationMillis;
    }
}
