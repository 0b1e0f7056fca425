package dev.perch.window;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of an init segment, a segment or a part in playlists and manifests, relative to these: {@code 1c9f3a07/init0.mp4}, {@code
 * 1c9f3a07/12.m4s}, {@code 1c9f3a07/12.3.m4s}. A name always means the same bytes.
 *
 * @param presentation the name of the presentation
 * @param number of the segment; the version of an init segment
 * @param part index within its segment; {@link #WHOLE} or {@link #INIT}
 */
public record SegmentName(String presentation, long number, int part) {
    /** The value of {@code part} that stands for the whole segment. */
    public static final int WHOLE = -1;

    /** The value of {@code part} that stands for an init segment. */
    public static final int INIT = -2;

    private static final Pattern FORM =
            Pattern.compile("([0-9a-f]{8})/(?:init(\\d{1,9})\\.mp4|(\\d{1,18})(?:\\.(\\d{1,6}))?\\.m4s)");

    /** Returns the name of the init segment that a segment needs. */
    public static SegmentName init(WindowView view, Segment segment) {
        return new SegmentName(view.presentation(), segment.init().version(), INIT);
    }

    /** Returns the name of a whole segment. */
    public static SegmentName whole(WindowView view, long number) {
        return new SegmentName(view.presentation(), number, WHOLE);
    }

    /** Returns the name of a part of a segment. */
    public static SegmentName part(WindowView view, long number, int part) {
        return new SegmentName(view.presentation(), number, part);
    }

    /** Returns the name in {@code path}; empty if it is none. */
    public static Optional<SegmentName> parse(String path) {
        Matcher matcher = FORM.matcher(path);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        if (matcher.group(2) != null) {
            return Optional.of(new SegmentName(matcher.group(1), Long.parseLong(matcher.group(2)), INIT));
        }
        int part = matcher.group(4) == null ? WHOLE : Integer.parseInt(matcher.group(4));
        return Optional.of(new SegmentName(matcher.group(1), Long.parseLong(matcher.group(3)), part));
    }

    /** Returns the path relative to the playlist. */
    public String path() {
        return switch (part) {
            case INIT -> presentation + "/init" + number + ".mp4";
            case WHOLE -> presentation + "/" + number + ".m4s";
            default -> presentation + "/" + number + "." + part + ".m4s";
        };
    }
}
