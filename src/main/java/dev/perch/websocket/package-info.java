/** The messages of a WebSocket that carries frames: their layout, and the frames that a client may send. */
@NullMarked
package dev.perch.websocket;

import org.jspecify.annotations.NullMarked;
