/** Logging in and out by browser, and signed links. */
@NullMarked
package dev.perch.web.login;

import org.jspecify.annotations.NullMarked;
