/** Derives the format that a source lacks, only while somebody watches it: raw pictures to JPEG, by libturbojpeg. */
@NullMarked
package dev.perch.codec;

import org.jspecify.annotations.NullMarked;
