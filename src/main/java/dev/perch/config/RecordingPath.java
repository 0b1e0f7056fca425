package dev.perch.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.Optional;

/**
 * The names of recorded files: a path with strftime conversions, in local time, and {@code %camera} for the camera's id.
 *
 * @param pattern as in the file
 */
public record RecordingPath(String pattern) {
    static final RecordingPath DEFAULT = new RecordingPath("/var/lib/perch/%camera/%F-%H-%M-%S.mp4");
    static final String ACCEPTED =
            "an absolute path that ends with .mp4 and tells files apart by %camera and the time they begin at,"
                    + " of the conversions %Y %m %d %F %j %H %M %S %s and %%, such as " + DEFAULT.pattern;

    /** Stands for the camera's id. */
    static final String CAMERA = "%camera";

    private static final String SUFFIX = ".mp4";
    private static final int MOST_CHARACTERS = 1024;

    /** Returns the pattern; empty if the text is none, or gives files of two days the same name. */
    static Optional<RecordingPath> read(String text) {
        boolean named = text.startsWith("/")
                && text.endsWith(SUFFIX)
                && text.length() <= MOST_CHARACTERS
                && !text.contains("/../")
                && !text.contains("/./")
                && text.indexOf(0) < 0;
        return named
                        && convertible(text.replace(CAMERA, ""))
                        && dated(text)
                        && path(text).isPresent()
                ? Optional.of(new RecordingPath(text))
                : Optional.empty();
    }

    private static boolean convertible(String text) {
        for (int at = text.indexOf('%'); at >= 0; at = text.indexOf('%', at + 2)) {
            if (at + 1 == text.length() || "YmdFjHMSs%".indexOf(text.charAt(at + 1)) < 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean dated(String text) {
        boolean day = text.contains("%F") || (text.contains("%Y") && (text.contains("%j") || text.contains("%d")));
        return text.contains("%s") || day;
    }

    private static Optional<Path> path(String text) {
        try {
            return Optional.of(Path.of(text));
        } catch (InvalidPathException unknown) { // a character that the file system's character set lacks
            return Optional.empty();
        }
    }

    /** Returns whether the pattern still holds the placeholder for a camera's id. */
    boolean ofEachCamera() {
        return pattern.contains(CAMERA);
    }

    /** Returns the pattern of one camera's files. */
    RecordingPath of(String camera) {
        return new RecordingPath(pattern.replace(CAMERA, camera));
    }

    /** Returns the folder above all files, whenever they begin. */
    public Path folder() {
        int conversion = pattern.indexOf('%');
        String before = conversion < 0 ? pattern : pattern.substring(0, conversion);
        return Path.of(before.substring(0, before.lastIndexOf('/') + 1));
    }

    /** Returns the folder in which each camera has its own, named after it; empty if there is none. */
    public Optional<Path> foldersOfCameras() {
        int camera = pattern.indexOf(CAMERA);
        boolean named = camera > 0
                && pattern.indexOf('%') == camera
                && pattern.charAt(camera - 1) == '/'
                && pattern.startsWith("/", camera + CAMERA.length());
        return named ? Optional.of(Path.of(pattern.substring(0, camera))) : Optional.empty();
    }

    /**
     * Returns the path of a file that begins at {@code time}.
     *
     * @param copy 1 for the first file of that name, 2 for the second and so on
     */
    public Path at(ZonedDateTime time, int copy) {
        StringBuilder name = new StringBuilder();
        for (int at = 0; at < pattern.length(); at++) {
            char c = pattern.charAt(at);
            if (c == '%') {
                name.append(converted(pattern.charAt(++at), time));
            } else {
                name.append(c);
            }
        }
        if (copy > 1) {
            name.insert(name.length() - SUFFIX.length(), "-" + copy);
        }
        return Path.of(name.toString());
    }

    private static String converted(char conversion, ZonedDateTime time) {
        return switch (conversion) {
            case 'Y' -> digits(4, time.getYear());
            case 'm' -> digits(2, time.getMonthValue());
            case 'd' -> digits(2, time.getDayOfMonth());
            case 'F' ->
                digits(4, time.getYear()) + "-" + digits(2, time.getMonthValue()) + "-"
                        + digits(2, time.getDayOfMonth());
            case 'j' -> digits(3, time.get(ChronoField.DAY_OF_YEAR));
            case 'H' -> digits(2, time.getHour());
            case 'M' -> digits(2, time.getMinute());
            case 'S' -> digits(2, time.getSecond());
            case 's' -> Long.toString(time.toEpochSecond());
            default -> "%";
        };
    }

    private static String digits(int width, int number) {
        return String.format(Locale.ROOT, "%0" + width + "d", number);
    }
}
