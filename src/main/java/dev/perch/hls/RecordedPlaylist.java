package dev.perch.hls;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/**
 * A media playlist of recordings (RFC 8216bis §4.4): segments are byte ranges of recorded files, and each file begins with a discontinuity. Not
 * thread-safe.
 */
public final class RecordedPlaylist {
    /** The least duration of a segment, which ends with a GOP. */
    public static final double SEGMENT_SECONDS = 4;

    private final StringBuilder segments = new StringBuilder();
    private double longest = 1;
    private boolean first = true;

    /**
     * Begins the segments of another file.
     *
     * @param init the address of its init segment
     * @param startMillis the beginning of the next segment, in milliseconds since 1970
     */
    public void file(String init, long startMillis) {
        if (!first) {
            segments.append("#EXT-X-DISCONTINUITY\n");
        }
        first = false;
        segments.append("#EXT-X-MAP:URI=\"").append(init).append("\"\n#EXT-X-PROGRAM-DATE-TIME:");
        segments.append(Instant.ofEpochMilli(startMillis).truncatedTo(ChronoUnit.MILLIS))
                .append('\n');
    }

    /**
     * Adds a segment.
     *
     * @param address of its file
     * @param offset the first byte
     * @param bytes the number of bytes
     */
    public void segment(double seconds, String address, long offset, long bytes) {
        longest = Math.max(longest, seconds);
        segments.append(String.format(Locale.ROOT, "#EXTINF:%.5f,\n", seconds));
        segments.append("#EXT-X-BYTERANGE:")
                .append(bytes)
                .append('@')
                .append(offset)
                .append('\n');
        segments.append(address).append('\n');
    }

    /** Returns whether there is no segment. */
    public boolean empty() {
        return first;
    }

    /**
     * Returns the playlist.
     *
     * @param startSeconds the place of the requested moment in it
     */
    public String text(double startSeconds) {
        String start = startSeconds > 0
                ? String.format(Locale.ROOT, "#EXT-X-START:TIME-OFFSET=%.3f,PRECISE=YES\n", startSeconds)
                : "";
        return "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-INDEPENDENT-SEGMENTS\n#EXT-X-TARGETDURATION:"
                + (int) Math.ceil(longest) + "\n" + start + segments + "#EXT-X-ENDLIST\n";
    }
}
