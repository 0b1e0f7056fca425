/** What all answers share: who asks, what a request says, and how a refusal is told. */
@NullMarked
package dev.perch.web.answer;

import org.jspecify.annotations.NullMarked;
