/** Listeners for publishers and players that do not speak HTTP. */
@NullMarked
package dev.perch.ingest;

import org.jspecify.annotations.NullMarked;
