/** JPEG as bytes: markers, the repairs that camera images need, and their way into a feed. */
@NullMarked
package dev.perch.jpeg;

import org.jspecify.annotations.NullMarked;
