/** Playlists, manifests and segments of HLS and DASH. */
@NullMarked
package dev.perch.web.segments;

import org.jspecify.annotations.NullMarked;
