/** Derives the formats that a source lacks, only while somebody watches: JPEG, H.264 and AAC, by libraries, devices and ffmpeg. */
@NullMarked
package dev.perch.codec;

import org.jspecify.annotations.NullMarked;
