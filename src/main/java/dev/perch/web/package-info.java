/** The HTTP edge. The front finds the route of a request, asks access, and has it answered; each folder registers its routes. */
@NullMarked
package dev.perch.web;

import org.jspecify.annotations.NullMarked;
