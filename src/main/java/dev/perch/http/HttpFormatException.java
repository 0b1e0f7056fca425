package dev.perch.http;

import java.io.IOException;

/**
 * Thrown when something arrives that is not HTTP/1.1, or more of it than is accepted. The message is the end of a sentence that begins with the
 * server's name.
 */
public final class HttpFormatException extends IOException {
    HttpFormatException(String words) {
        super(words);
    }
}
