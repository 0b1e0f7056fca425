/** The options of the program ffmpeg that more than one room needs: its encoders. */
@NullMarked
package dev.perch.ffmpeg;

import org.jspecify.annotations.NullMarked;
