package dev.perch.mp4;

import dev.perch.media.StreamConfig;

/** The boxes of a track that depend on its medium and on the encoding of its samples. */
sealed interface SampleEntry permits VideoSampleEntry, SoundSampleEntry {
    /**
     * Returns the entry of a track.
     *
     * @throws IllegalArgumentException if no entry exists for that encoding, or the parameter sets cannot be read
     */
    static SampleEntry of(StreamConfig config) {
        if (config instanceof StreamConfig.H264 video) {
            return new VideoSampleEntry(video);
        }
        if (config instanceof StreamConfig.Aac sound) {
            return new SoundSampleEntry(sound);
        }
        throw new IllegalArgumentException("MP4 carries no such track here: encoding=" + config.encoding());
    }

    /** Returns an upper bound for the bytes of {@link #write}. */
    int mostBytes();

    /** Writes the rest of the track header (ISO/IEC 14496-12:2015 §8.3.2) from the volume on. */
    void volumeAndSize(BoxWriter out);

    /** Returns the handler_type (§8.4.3). */
    String handler();

    String handlerName();

    /** Writes the media header (§8.4.5.2). */
    void mediaHeader(BoxWriter out);

    /** Writes the sample entry. */
    void write(BoxWriter out);
}
