/** The rings of a camera's latest frames, one per track, the positions of their readers, and the pump and the followers that serve them. */
@NullMarked
package dev.perch.feed;

import org.jspecify.annotations.NullMarked;
