/** RTMP (Adobe's Real Time Messaging Protocol 1.0, 2012-12-21) without sockets: a server's and a client's session as state machines over bytes. */
@NullMarked
package dev.perch.rtmp;

import org.jspecify.annotations.NullMarked;
