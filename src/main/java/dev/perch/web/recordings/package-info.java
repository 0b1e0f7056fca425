/** The addresses of recordings: the list, the files, playlists and clips of any span, and the switch. */
@NullMarked
package dev.perch.web.recordings;

import org.jspecify.annotations.NullMarked;
