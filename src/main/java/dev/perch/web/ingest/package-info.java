/** Cameras that are published to by HTTP. */
@NullMarked
package dev.perch.web.ingest;

import org.jspecify.annotations.NullMarked;
