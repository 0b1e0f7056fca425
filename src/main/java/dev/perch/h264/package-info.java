/** H.264 as bytes: NAL units, parameter sets, access units, and their way into a feed. */
@NullMarked
package dev.perch.h264;

import org.jspecify.annotations.NullMarked;
