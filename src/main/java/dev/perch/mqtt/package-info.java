/** An MQTT broker is told of the cameras, so that Home Assistant finds them by itself. */
@NullMarked
package dev.perch.mqtt;

import org.jspecify.annotations.NullMarked;
