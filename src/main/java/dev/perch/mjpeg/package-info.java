/** JPEG frames as parts of a multipart response. */
@NullMarked
package dev.perch.mjpeg;

import org.jspecify.annotations.NullMarked;
