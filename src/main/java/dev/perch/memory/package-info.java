/** The one budget for media memory, its leases and arenas, and the watch on the memory that the system has left. */
@NullMarked
package dev.perch.memory;

import org.jspecify.annotations.NullMarked;
