/** What {@code bin/bench} measures the program against. */
@NullMarked
package dev.perch.bench;

import org.jspecify.annotations.NullMarked;
