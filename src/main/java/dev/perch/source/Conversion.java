package dev.perch.source;

import dev.perch.config.Quality;
import dev.perch.ffmpeg.EncoderWords;
import java.util.ArrayList;
import java.util.List;

/**
 * What ffmpeg makes of its input: H.264 and AAC are copied, all else is encoded anew.
 *
 * @param picture whether the picture is encoded
 * @param sound whether the sound is encoded
 * @param silent whether the sound is left out
 */
record Conversion(boolean picture, boolean sound, boolean silent) {
    /**
     * Returns the words for the output: FLV at stdout, each frame at once.
     *
     * @param quality of what is encoded
     */
    List<String> words(Quality quality) {
        List<String> words = new ArrayList<>(List.of("-map", "0:V:0", "-map_metadata", "-1", "-map_chapters", "-1"));
        if (silent) {
            words.add("-an");
        } else {
            words.addAll(List.of("-map", "0:a:0?"));
        }
        words.addAll(List.of("-sn", "-dn"));
        words.addAll(picture ? EncoderWords.h264(quality) : List.of("-c:v", "copy"));
        if (!silent) {
            words.addAll(sound ? EncoderWords.aac(quality) : List.of("-c:a", "copy"));
        }
        words.addAll(List.of("-flvflags", "no_duration_filesize", "-flush_packets", "1", "-f", "flv", "pipe:1"));
        return words;
    }
}
