/** Passes cameras on to other servers. */
@NullMarked
package dev.perch.push;

import org.jspecify.annotations.NullMarked;
