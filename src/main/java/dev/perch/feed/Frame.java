package dev.perch.feed;

import dev.perch.media.FrameTime;
import dev.perch.media.StreamConfig;

/**
 * What there is to know of one frame of a feed beside its bytes.
 *
 * @param sequence counts the feed's frames from 0, without gaps
 * @param sizeBytes size of the payload in the arena
 * @param key whether a viewer can start here
 * @param afterGap whether the source was away just before this frame
 */
public record Frame(long sequence, int sizeBytes, FrameTime time, boolean key, boolean afterGap, StreamConfig config) {}
