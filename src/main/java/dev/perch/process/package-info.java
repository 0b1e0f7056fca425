/** An external program: its start, its output, its complaints in the log, and its end with all its children. */
@NullMarked
package dev.perch.process;

import org.jspecify.annotations.NullMarked;
