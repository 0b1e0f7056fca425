/** Health and figures, for programs. */
@NullMarked
package dev.perch.web.status;

import org.jspecify.annotations.NullMarked;
