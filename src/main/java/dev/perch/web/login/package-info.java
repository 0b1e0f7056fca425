/** Who comes by a browser logs in and out here. */
@NullMarked
package dev.perch.web.login;

import org.jspecify.annotations.NullMarked;
