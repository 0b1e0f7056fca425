/**
 * A client of HTTP/1.1 for streams that do not end: one request per connection, with limits on everything in the answer except its body.
 */
@NullMarked
package dev.perch.http;

import org.jspecify.annotations.NullMarked;
