/** A camera: its states, the demand that starts and stops it, and the joining of source, codecs and feeds. */
@NullMarked
package dev.perch.camera;

import org.jspecify.annotations.NullMarked;
