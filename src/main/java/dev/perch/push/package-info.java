/** Sends cameras' streams to other servers. */
@NullMarked
package dev.perch.push;

import org.jspecify.annotations.NullMarked;
