/** The values that flow through the house: frames, their formats and their times; no files, sockets, threads or clocks. */
@NullMarked
package dev.perch.media;

import org.jspecify.annotations.NullMarked;
