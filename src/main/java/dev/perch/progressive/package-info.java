/** H.264 in one endless response: fragmented MP4 and Annex B. */
@NullMarked
package dev.perch.progressive;

import org.jspecify.annotations.NullMarked;
