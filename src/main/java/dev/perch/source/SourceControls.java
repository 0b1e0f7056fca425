package dev.perch.source;

import dev.perch.media.CaptureException;
import dev.perch.v4l2.Control;
import dev.perch.v4l2.ControlException;
import dev.perch.v4l2.ControlSetting;
import java.util.List;

/** The controls of a source's device, whether a session runs or not. Each call may block as long as the device does. */
public interface SourceControls {
    /**
     * Returns all controls with their current values.
     *
     * @throws CaptureException if the device cannot be opened or fails
     */
    List<Control> read() throws CaptureException;

    /**
     * Sets controls in this order, now and at the start of each later session. All are checked before any is set.
     *
     * @throws ControlException if a setting is not accepted; the message says what is
     * @throws CaptureException if the device cannot be opened or fails
     */
    void set(List<ControlSetting> settings) throws ControlException, CaptureException;
}
