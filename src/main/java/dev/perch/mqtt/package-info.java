/** Publishes the cameras to an MQTT broker, so that Home Assistant finds them by itself. */
@NullMarked
package dev.perch.mqtt;

import org.jspecify.annotations.NullMarked;
