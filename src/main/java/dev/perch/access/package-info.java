/** Who may do what, asked in one place for every protocol. */
@NullMarked
package dev.perch.access;

import org.jspecify.annotations.NullMarked;
