package dev.perch.config;

/**
 * A control of a device and its wanted value. Only the device knows whether it has the control, and which values it accepts.
 *
 * @param name as {@code bin/perch list} shows it
 * @param value as it stands in the file
 * @param quoted whether the value is quoted in the file, which makes a number a text
 */
public record ControlConfig(String name, String value, boolean quoted) {}
