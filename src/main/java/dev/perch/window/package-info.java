/** The latest segments of each camera in memory, for HLS and DASH; nothing here knows of HTTP. */
@NullMarked
package dev.perch.window;

import org.jspecify.annotations.NullMarked;
