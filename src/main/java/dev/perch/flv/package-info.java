/** Flash video as bytes: tags read as they arrive and written, the AMF0 values in them, and their way into feeds. */
@NullMarked
package dev.perch.flv;

import org.jspecify.annotations.NullMarked;
