/** ISO base media files as bytes: init segments and fragments of one or several tracks. */
@NullMarked
package dev.perch.mp4;

import org.jspecify.annotations.NullMarked;
