/** Where frames come from: V4L2 devices and the demo loop. */
@NullMarked
package dev.perch.source;

import org.jspecify.annotations.NullMarked;
