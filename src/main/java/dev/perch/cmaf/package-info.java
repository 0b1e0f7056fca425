/** Segments and parts of CMAF (ISO/IEC 23000-19), cut from the frames of a camera's tracks and handed to whoever keeps them. */
@NullMarked
package dev.perch.cmaf;

import org.jspecify.annotations.NullMarked;
