package dev.perch.media;

import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The encoded formats that tracks carry. */
public enum Encoding {
    /** H.264 access units (ITU-T H.264 §7.4.1.2). */
    H264("H.264", Medium.VIDEO, /* everyFrameStarts= */ false),
    /** Complete JPEG images (ITU-T T.81). */
    JPEG("JPEG", Medium.VIDEO, /* everyFrameStarts= */ true),
    /** AAC raw data blocks (ISO/IEC 14496-3 §4.4.2.1). */
    AAC("AAC", Medium.SOUND, /* everyFrameStarts= */ true);

    private final String title;
    private final Medium medium;
    private final boolean everyFrameStarts;

    Encoding(String title, Medium medium, boolean everyFrameStarts) {
        this.title = title;
        this.medium = medium;
        this.everyFrameStarts = everyFrameStarts;
    }

    /** Returns the encodings of one medium, in the order in which they are declared. */
    public static Set<Encoding> of(Medium medium) {
        return Stream.of(values())
                .filter(encoding -> encoding.medium == medium)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Encoding.class)));
    }

    /** Returns the name for people: {@code H.264}. */
    public String title() {
        return title;
    }

    public Medium medium() {
        return medium;
    }

    /** Returns true if a reader can begin with any frame; else a reader begins with a key frame and needs every frame from there on. */
    public boolean everyFrameStarts() {
        return everyFrameStarts;
    }
}
