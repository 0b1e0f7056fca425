package dev.perch.progressive;

import dev.perch.feed.Framing;
import dev.perch.media.StreamConfig;

/** The layout of a response that can carry sound beside the pictures: the frames of both tracks, as they come. */
public interface CarriesSound extends Framing {
    /** Adds the track of sound, before {@link #opening}. Frames of another configuration are left out. */
    void hear(StreamConfig.Aac sound);

    /** Returns the content type of the response to a picture that it begins with. */
    String contentType(StreamConfig.H264 picture);
}
