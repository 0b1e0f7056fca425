/** Segments and parts of CMAF (ISO/IEC 23000-19) in a window of memory, from the frames of a feed; nothing here knows of HTTP. */
@NullMarked
package dev.perch.cmaf;

import org.jspecify.annotations.NullMarked;
