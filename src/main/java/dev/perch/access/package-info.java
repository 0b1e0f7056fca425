/** The decision who may do what, in one place for every protocol. */
@NullMarked
package dev.perch.access;

import org.jspecify.annotations.NullMarked;
