/** The outside: addresses, live answers, pages, access, numbers. */
@NullMarked
package dev.perch.web;

import org.jspecify.annotations.NullMarked;
