package dev.perch.v4l2;

/**
 * A value that a control is to be set to.
 *
 * @param name of the control, such as {@code exposure_time_absolute}
 * @param required true to refuse a session if the device does not take the value; otherwise the refusal is logged
 */
public record ControlSetting(String name, ControlValue value, boolean required) {}
