/** The ring of a camera's latest frames in one format, the positions of its viewers, and the pump that serves them. */
@NullMarked
package dev.perch.feed;

import org.jspecify.annotations.NullMarked;
