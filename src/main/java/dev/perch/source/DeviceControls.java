package dev.perch.source;

import dev.perch.config.ControlConfig;
import dev.perch.config.Mask;
import dev.perch.media.CaptureException;
import dev.perch.v4l2.Control;
import dev.perch.v4l2.ControlException;
import dev.perch.v4l2.ControlSetting;
import dev.perch.v4l2.ControlValue;
import dev.perch.v4l2.Controls;
import dev.perch.v4l2.Device;
import dev.perch.v4l2.DevicePlace;
import dev.perch.v4l2.SystemCalls;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The controls of one V4L2 device: those that the configuration sets, and those that were set since. Each call opens the device for itself, beside a
 * session that captures from it, so that neither waits for the other.
 */
final class DeviceControls implements SourceControls {
    private final SystemCalls calls;
    private final DevicePlace place;
    private final List<ControlConfig> configured;
    private final boolean masked;
    private final Map<String, ControlValue> remembered =
            new LinkedHashMap<>(); // guarded by itself; in the order they were set

    /**
     * Creates the controls of a device that is found anew at each call.
     *
     * @param configured the controls that the configuration sets, in order
     * @param masked whether masks cover parts of the picture, which must not move under them
     */
    DeviceControls(SystemCalls calls, DevicePlace place, List<ControlConfig> configured, boolean masked) {
        this.calls = calls;
        this.place = place;
        this.configured = List.copyOf(configured);
        this.masked = masked;
    }

    @Override
    public List<Control> read() throws CaptureException {
        try (Device device = Device.open(calls, place.find())) {
            return new Controls(device).all();
        }
    }

    @Override
    public void set(List<ControlSetting> settings) throws ControlException, CaptureException {
        for (ControlSetting setting : settings) {
            if (masked && (Mask.movedBy(setting.name()) || Mask.pannedBy(setting.name()))) {
                throw ControlException.held(
                        setting.name(),
                        "cannot be set beside masks, as the picture would move under them; accepted: rotate and mirror"
                                + " in the camera's configuration, and what pans and zooms among its controls there.");
            }
        }
        try (Device device = Device.open(calls, place.find())) {
            new Controls(device).set(settings, this::remember);
        }
    }

    private void remember(ControlSetting setting) {
        synchronized (remembered) {
            remembered.remove(setting.name()); // moves the name to the end
            remembered.put(setting.name(), setting.value());
        }
    }

    /**
     * Returns the controls that a session sets at its start: those in the configuration, each replaced by the value that was set since, if any.
     * Values set by hand may contradict the configuration (an automatic control that holds a value), so from the first of them on no control is
     * required.
     */
    List<ControlSetting> forSession() {
        List<ControlSetting> all = new ArrayList<>();
        synchronized (remembered) {
            for (ControlConfig control : configured) {
                if (!remembered.containsKey(control.name())) {
                    all.add(new ControlSetting(control.name(), value(control), /* required= */ remembered.isEmpty()));
                }
            }
            remembered.forEach((name, value) -> all.add(new ControlSetting(name, value, /* required= */ false)));
        }
        return all;
    }

    private static ControlValue value(ControlConfig control) {
        return control.quoted() ? new ControlValue.Text(control.value()) : ControlValue.of(control.value());
    }
}
