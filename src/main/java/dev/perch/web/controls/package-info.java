/** A camera's controls, privacy and pushes: read by viewers, set by operators. */
@NullMarked
package dev.perch.web.controls;

import org.jspecify.annotations.NullMarked;
