/** One connection of an answer: Tomcat's socket itself if it can be taken, else the servlet API's non-blocking output. */
@NullMarked
package dev.perch.web.line;

import org.jspecify.annotations.NullMarked;
