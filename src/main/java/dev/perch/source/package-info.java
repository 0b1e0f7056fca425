/**
 * The sources of frames: V4L2 devices, sound cards, commands, files and streams that ffmpeg reads, other servers, publishers and the demo loop.
 */
@NullMarked
package dev.perch.source;

import org.jspecify.annotations.NullMarked;
