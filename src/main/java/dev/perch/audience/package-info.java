/** Who watches: delivery to one viewer, admission, shedding and what was counted; knows no servlet and no container. */
@NullMarked
package dev.perch.audience;

import org.jspecify.annotations.NullMarked;
