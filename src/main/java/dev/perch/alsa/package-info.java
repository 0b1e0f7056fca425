/** ALSA, the Linux interface to sound cards: the microphones of this machine, and the capture of their sound with time stamps, by libasound. */
@NullMarked
package dev.perch.alsa;

import org.jspecify.annotations.NullMarked;
