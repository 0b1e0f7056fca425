/** The configuration: {@code perch.yml} as immutable records, and every error in it with line, column and the accepted values. */
@NullMarked
package dev.perch.config;

import org.jspecify.annotations.NullMarked;
