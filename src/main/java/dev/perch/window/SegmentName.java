package dev.perch.window;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the resources of a window are called in playlists and manifests, relative to these: {@code run/init0.mp4}, {@code run/12.m4s}, {@code
 * run/12.3.m4s}. A name means the same bytes for ever.
 *
 * @param run of the packager
 * @param number of the segment; the version of an init segment
 * @param part index within its segment; {@link #WHOLE} or {@link #INIT}
 */
public record SegmentName(String run, long number, int part) {
    /** In the place of a part: the whole segment. */
    public static final int WHOLE = -1;

    /** In the place of a part: an init segment. */
    public static final int INIT = -2;

    private static final Pattern FORM =
            Pattern.compile("([0-9a-f]{8})/(?:init(\\d{1,9})\\.mp4|(\\d{1,18})(?:\\.(\\d{1,6}))?\\.m4s)");

    /** The init segment that a segment needs. */
    public static SegmentName init(WindowView view, Segment segment) {
        return new SegmentName(view.run(), segment.init().version(), INIT);
    }

    /** A whole segment. */
    public static SegmentName whole(WindowView view, long number) {
        return new SegmentName(view.run(), number, WHOLE);
    }

    /** A part of one. */
    public static SegmentName part(WindowView view, long number, int part) {
        return new SegmentName(view.run(), number, part);
    }

    /** The name that {@code path} is; empty when it is none. */
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

    /** The path relative to the playlist. */
    public String path() {
        return switch (part) {
            case INIT -> run + "/init" + number + ".mp4";
            case WHOLE -> run + "/" + number + ".m4s";
            default -> run + "/" + number + "." + part + ".m4s";
        };
    }
}
