/** The start of {@code java -jar perch.war}: unpacks the WAR once and starts {@code dev.perch.app.Main} from there. */
@NullMarked
package dev.perch.launch;

import org.jspecify.annotations.NullMarked;
