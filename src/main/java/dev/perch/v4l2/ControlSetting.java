package dev.perch.v4l2;

/**
 * A wish that a control have a value.
 *
 * @param name of the control, such as {@code exposure_time_absolute}
 * @param required whether a session is refused when the device does not take it; otherwise that is logged
 */
public record ControlSetting(String name, ControlValue value, boolean required) {}
