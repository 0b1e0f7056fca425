/** Cameras that publishers feed by HTTP. */
@NullMarked
package dev.perch.web.ingest;

import org.jspecify.annotations.NullMarked;
