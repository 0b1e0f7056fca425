/** The viewers: delivery to each, admission, shedding and counts. Knows no servlet and no container. */
@NullMarked
package dev.perch.audience;

import org.jspecify.annotations.NullMarked;
