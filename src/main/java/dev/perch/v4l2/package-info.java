/** V4L2 as Linux speaks it: system calls, struct layouts, devices, formats, buffer queues and the capture thread. */
@NullMarked
package dev.perch.v4l2;

import org.jspecify.annotations.NullMarked;
