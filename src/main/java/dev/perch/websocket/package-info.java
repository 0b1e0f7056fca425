/** The messages of a WebSocket that carries frames: how they are laid out, and what a client may say. */
@NullMarked
package dev.perch.websocket;

import org.jspecify.annotations.NullMarked;
