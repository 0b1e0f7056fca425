package dev.perch.cmaf;

import dev.perch.media.Bytes;
import dev.perch.media.StreamConfig;
import java.util.List;
import java.util.Optional;

/**
 * An init segment, one for each version of the tracks' parameters.
 *
 * @param version counts from 0 in each presentation
 * @param tracks the configuration of each track, the leading one first
 * @param bytes the boxes
 */
public record Init(int version, List<StreamConfig> tracks, Bytes bytes) {
    public Init {
        tracks = List.copyOf(tracks);
    }

    /** Returns the configuration of the video track. */
    public StreamConfig.H264 video() {
        for (StreamConfig track : tracks) {
            if (track instanceof StreamConfig.H264 video) {
                return video;
            }
        }
        throw new IllegalStateException("no video track: tracks=" + tracks);
    }

    /** Returns the configuration of the sound track; empty if there is none. */
    public Optional<StreamConfig.Aac> sound() {
        return tracks.stream()
                .filter(StreamConfig.Aac.class::isInstance)
                .map(StreamConfig.Aac.class::cast)
                .findFirst();
    }
}
