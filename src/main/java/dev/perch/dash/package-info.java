/** The manifest of low-latency DASH (ISO/IEC 23009-1) over a window of segments. */
@NullMarked
package dev.perch.dash;

import org.jspecify.annotations.NullMarked;
