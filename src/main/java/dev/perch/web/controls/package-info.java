/** The camera's controls: read by everybody, set by operators. */
@NullMarked
package dev.perch.web.controls;

import org.jspecify.annotations.NullMarked;
