/** Scales, turns and mirrors raw pictures. */
@NullMarked
package dev.perch.picture;

import org.jspecify.annotations.NullMarked;
