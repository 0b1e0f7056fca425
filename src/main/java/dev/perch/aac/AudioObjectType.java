package dev.perch.aac;

/** The names of audio object types (ISO/IEC 14496-3:2009 Table 1.17), for people. */
final class AudioObjectType {
    static final int SBR = 5;
    static final int AAC_SCALABLE = 6;
    static final int ER_AAC_SCALABLE = 20;
    static final int ER_BSAC = 22;
    static final int PARAMETRIC_STEREO = 29;
    static final int ESCAPE = 31;

    private AudioObjectType() {}

    static String name(int objectType) {
        return switch (objectType) {
            case 1 -> "AAC Main";
            case 2 -> "AAC-LC";
            case 3 -> "AAC SSR";
            case 4 -> "AAC LTP";
            case AAC_SCALABLE, ER_AAC_SCALABLE -> "scalable AAC";
            case 17 -> "error resilient AAC-LC";
            case ER_BSAC -> "BSAC";
            case 23 -> "AAC-LD";
            case 32, 33, 34 -> "MPEG audio (Layer " + (objectType - 31) + ") in MP4";
            case 36 -> "MPEG-4 ALS";
            case 39 -> "AAC-ELD";
            case 42 -> "USAC (xHE-AAC)";
            default -> "MPEG-4 audio of object type " + objectType;
        };
    }

    /** Returns whether GASpecificConfig() follows (§1.6.2.1). */
    static boolean generalAudio(int objectType) {
        return (objectType >= 1 && objectType <= 7 && objectType != SBR)
                || objectType == 17
                || (objectType >= 19 && objectType <= 23);
    }
}
