/** Fixtures that the tests of several rooms share. */
@NullMarked
package dev.perch.testing;

import org.jspecify.annotations.NullMarked;
