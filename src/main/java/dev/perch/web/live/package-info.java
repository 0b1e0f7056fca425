/** Live streams and snapshots: the multipart, H.264, MP4 and the WebSocket. */
@NullMarked
package dev.perch.web.live;

import org.jspecify.annotations.NullMarked;
