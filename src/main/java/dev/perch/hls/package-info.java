/** Playlists of low-latency HLS (RFC 8216bis) over a window of segments. */
@NullMarked
package dev.perch.hls;

import org.jspecify.annotations.NullMarked;
