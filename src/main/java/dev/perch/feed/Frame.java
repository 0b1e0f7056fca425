package dev.perch.feed;

import dev.perch.media.FrameTime;
import dev.perch.media.StreamConfig;

/**
 * One frame of a feed, without its bytes.
 *
 * @param sequence counts the feed's frames from 0, without gaps
 * @param sizeBytes size of the payload in the arena
 * @param key whether a reader can start here
 * @param afterGap whether the source was away just before this frame
 * @param placeholder whether this is shown in place of the source's frames while the source is away; no answer begins with it
 */
public record Frame(
        long sequence,
        int sizeBytes,
        FrameTime time,
        boolean key,
        boolean afterGap,
        boolean placeholder,
        StreamConfig config) {}
