/** V4L2, the Linux interface to video devices: system calls, struct layouts, devices, formats, buffer queues and the capture thread. */
@NullMarked
package dev.perch.v4l2;

import org.jspecify.annotations.NullMarked;
