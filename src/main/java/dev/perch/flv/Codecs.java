package dev.perch.flv;

/** The names of other codecs than H.264 and AAC, for people. */
final class Codecs {
    static final int AVC = 7;
    static final int AAC = 10;
    static final int ENHANCED_SOUND = 9;
    static final int AVC1 = 'a' << 24 | 'v' << 16 | 'c' << 8 | '1';
    static final int MP4A = 'm' << 24 | 'p' << 16 | '4' << 8 | 'a';

    private Codecs() {}

    /** Returns the name of a video CodecID (Adobe Flash Video File Format Specification 10.1 §E.4.3.1). */
    static String picture(int codecId) {
        return switch (codecId) {
            case 2 -> "Sorenson H.263";
            case 3, 6 -> "Screen Video";
            case 4, 5 -> "VP6";
            case AVC -> "H.264";
            case 12 -> "HEVC (codec 12)";
            case 13 -> "AV1 (codec 13)";
            default -> "of codec " + codecId;
        };
    }

    /** Returns the name of a SoundFormat (§E.4.2.1). */
    static String sound(int soundFormat) {
        return switch (soundFormat) {
            case 0, 3 -> "PCM";
            case 1 -> "ADPCM";
            case 2, 14 -> "MP3";
            case 4, 5, 6 -> "Nellymoser";
            case 7, 8 -> "G.711";
            case AAC -> "AAC";
            case 11 -> "Speex";
            default -> "of format " + soundFormat;
        };
    }

    /** Returns the name of an Enhanced RTMP FourCC (veovera, version 2), with the code if it is printable. */
    static String named(int fourCc) {
        StringBuilder code = new StringBuilder();
        for (int shift = 24; shift >= 0; shift -= 8) {
            char each = (char) (fourCc >> shift & 0xff);
            code.append(each >= ' ' && each <= '~' ? each : '?');
        }
        String name = switch (code.toString()) {
            case "avc1" -> "H.264";
            case "hvc1" -> "HEVC";
            case "vvc1" -> "VVC";
            case "av01" -> "AV1";
            case "vp08" -> "VP8";
            case "vp09" -> "VP9";
            case "mp4a" -> "AAC";
            case "Opus" -> "Opus";
            case "ac-3" -> "AC-3";
            case "ec-3" -> "E-AC-3";
            case "fLaC" -> "FLAC";
            case ".mp3" -> "MP3";
            default -> "of a codec unknown here";
        };
        return name + " (" + code + ")";
    }
}
