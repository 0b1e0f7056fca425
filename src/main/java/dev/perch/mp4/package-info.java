/** ISO base media files as bytes: the init segment and the fragments of a live stream. */
@NullMarked
package dev.perch.mp4;

import org.jspecify.annotations.NullMarked;
