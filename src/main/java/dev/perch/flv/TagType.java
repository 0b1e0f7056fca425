package dev.perch.flv;

/** The types of tags (Adobe Flash Video File Format Specification 10.1 §E.4.1), which are RTMP message types, too. */
public final class TagType {
    public static final int AUDIO = 8;
    public static final int VIDEO = 9;
    public static final int SCRIPT = 18;

    private TagType() {}
}
