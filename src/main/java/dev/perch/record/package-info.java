/** Recordings on disk: files that survive a power cut, their retention, and the way back to them. */
@NullMarked
package dev.perch.record;

import org.jspecify.annotations.NullMarked;
