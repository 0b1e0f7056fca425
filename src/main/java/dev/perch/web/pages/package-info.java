/** Pages for people, and their static files. */
@NullMarked
package dev.perch.web.pages;

import org.jspecify.annotations.NullMarked;
