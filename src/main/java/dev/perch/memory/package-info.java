/** The one budget for media memory: who holds how much, and the arenas that are taken from it. */
@NullMarked
package dev.perch.memory;

import org.jspecify.annotations.NullMarked;
