/** ISO base media files as bytes: init segments, fragments and indexes of one or several tracks, written and read. */
@NullMarked
package dev.perch.mp4;

import org.jspecify.annotations.NullMarked;
