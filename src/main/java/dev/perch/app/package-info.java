/** Start-up of the WAR, alone and inside Tomcat, and the command line; joins the program. */
@NullMarked
package dev.perch.app;

import org.jspecify.annotations.NullMarked;
