/** The parts that all answers share: routes, callers, parameters and problems. */
@NullMarked
package dev.perch.web.answer;

import org.jspecify.annotations.NullMarked;
