/** A client of HTTP/1.1 for streams that do not end: one request on a connection of its own, everything of the answer but its body bounded. */
@NullMarked
package dev.perch.http;

import org.jspecify.annotations.NullMarked;
