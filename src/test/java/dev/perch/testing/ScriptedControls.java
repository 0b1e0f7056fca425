package dev.perch.testing;

import dev.perch.media.CaptureException;
import dev.perch.source.SourceControls;
import dev.perch.v4l2.Control;
import dev.perch.v4l2.ControlException;
import dev.perch.v4l2.ControlSetting;
import dev.perch.v4l2.Controls;
import dev.perch.v4l2.Device;
import dev.perch.v4l2.FakeV4l2;
import java.util.List;

/** The controls of a scripted driver's device. */
record ScriptedControls(FakeV4l2 driver, String device) implements SourceControls {
    @Override
    public List<Control> read() throws CaptureException {
        try (Device open = Device.open(driver, device)) {
            return new Controls(open).all();
        }
    }

    @Override
    public void set(List<ControlSetting> settings) throws ControlException, CaptureException {
        try (Device open = Device.open(driver, device)) {
            new Controls(open).set(settings, setting -> {});
        }
    }
}
