/** Recordings on disk: files that survive a power cut, what is kept of them, and how they are found again. */
@NullMarked
package dev.perch.record;

import org.jspecify.annotations.NullMarked;
