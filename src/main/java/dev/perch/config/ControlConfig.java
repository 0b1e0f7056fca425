package dev.perch.config;

/**
 * A control of a device and the value that it is set to. Only the device knows whether it has it, and what it accepts.
 *
 * @param name as {@code bin/perch list} shows it
 * @param value as it stands in the file
 * @param quoted whether it stands there in quotes, which makes a number a text
 */
public record ControlConfig(String name, String value, boolean quoted) {}
