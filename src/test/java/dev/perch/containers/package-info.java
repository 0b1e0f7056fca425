/** The WAR in servlet containers that the build does not know: each in a JVM of its own. */
@NullMarked
package dev.perch.containers;

import org.jspecify.annotations.NullMarked;
