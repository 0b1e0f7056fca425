package dev.perch.camera;

import dev.perch.media.TrackId;

/**
 * The work done since the start of the program for a track that the source does not give.
 *
 * @param running whether the track is being made
 * @param by the name of the encoder, present or last: {@code libturbojpeg}, {@code ffmpeg}, {@code /dev/video11}; empty before the first frame
 * @param imports whether a device reads the pictures where they were captured (DMABUF), instead of a copy
 * @param framesIn pictures or frames that were put in
 * @param framesOut frames that were published
 * @param leftOut pictures or frames that were not put in because newer ones came
 * @param starts the number of starts
 * @param failures the number of ends that nobody asked for
 */
public record DerivedFigures(
        TrackId track,
        boolean running,
        String by,
        boolean imports,
        long framesIn,
        long framesOut,
        long leftOut,
        long starts,
        long failures) {}
