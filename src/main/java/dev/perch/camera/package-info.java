/** A camera: its states, the demand that starts and stops it, and its tracks, which join source, codecs and feeds. */
@NullMarked
package dev.perch.camera;

import org.jspecify.annotations.NullMarked;
