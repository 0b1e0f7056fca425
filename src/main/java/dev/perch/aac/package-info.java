/** AAC as bytes: AudioSpecificConfig, ADTS, silence, and its way into a feed. */
@NullMarked
package dev.perch.aac;

import org.jspecify.annotations.NullMarked;
