/** The sources of frames: V4L2 devices, commands, files and streams that ffmpeg reads, publishers and the demo loop. */
@NullMarked
package dev.perch.source;

import org.jspecify.annotations.NullMarked;
