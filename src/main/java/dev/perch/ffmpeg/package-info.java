/** The words of the program ffmpeg that more than one room needs: how it encodes. */
@NullMarked
package dev.perch.ffmpeg;

import org.jspecify.annotations.NullMarked;
