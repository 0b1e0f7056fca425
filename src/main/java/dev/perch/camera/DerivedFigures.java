package dev.perch.camera;

import dev.perch.media.TrackId;

/**
 * What was done for a track that the source does not give, since the start of the program.
 *
 * @param running whether it is made now
 * @param by what makes it, or made it last: {@code libturbojpeg}, {@code ffmpeg}, {@code /dev/video11}; empty before the first frame
 * @param imports whether a device reads the pictures where they were captured (DMABUF), instead of a copy
 * @param framesIn pictures or frames that were put in
 * @param framesOut frames that were published
 * @param leftOut pictures or frames that were not put in because newer ones came
 * @param starts how often the making began
 * @param failures how often it ended unasked
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
