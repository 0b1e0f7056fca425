package dev.perch.v4l2;

import dev.perch.media.PixelFormat;
import java.util.List;
import java.util.Optional;

/**
 * The capture settings that a session asks a device for. They outlive the session, unlike the device's answers.
 *
 * @param device path of the device file, or a name for people if the path is found anew each time
 * @param formats the formats that may be captured, the most wanted first; the device's first of these is taken
 * @param width in pixels; 0 leaves the size as it is
 * @param height in pixels
 * @param exactSize true to refuse any other size; otherwise the driver takes the nearest that it has
 * @param rateNumerator frames in {@code rateDenominator} seconds, of which the driver takes the nearest that it has; 0 leaves the rate as it is
 * @param rateDenominator seconds
 * @param controls the controls to set before the stream begins, in this order
 * @param flips the flips that the device applies to its pictures, if it can; empty leaves them as they are
 * @param embedding whether to tell the device to send H.264 within its JPEGs
 * @param holder the memory budget's name for the holder of the driver's buffers
 * @param setting the setting that makes the buffers smaller, named in refusals
 */
public record CaptureRequest(
        String device,
        List<PixelFormat> formats,
        int width,
        int height,
        boolean exactSize,
        int rateNumerator,
        int rateDenominator,
        List<ControlSetting> controls,
        Optional<Flips> flips,
        Embedding embedding,
        String holder,
        String setting) {
    /** A request that leaves flips as they are. */
    public CaptureRequest(
            String device,
            List<PixelFormat> formats,
            int width,
            int height,
            boolean exactSize,
            int rateNumerator,
            int rateDenominator,
            List<ControlSetting> controls,
            Embedding embedding,
            String holder,
            String setting) {
        this(
                device,
                formats,
                width,
                height,
                exactSize,
                rateNumerator,
                rateDenominator,
                controls,
                Optional.empty(),
                embedding,
                holder,
                setting);
    }

    public CaptureRequest {
        formats = List.copyOf(formats);
        controls = List.copyOf(controls);
        if (width < 0 || height < 0 || rateNumerator < 0 || (rateNumerator > 0 && rateDenominator <= 0)) {
            throw new IllegalArgumentException("size and rate are positive: width=" + width + " height=" + height
                    + " rateNumerator=" + rateNumerator + " rateDenominator=" + rateDenominator);
        }
    }

    /** The ways to treat a device that sends JPEG and could send H.264 within it (the extension unit of UVC 1.5 cameras). */
    public enum Embedding {
        /** The device is told to send no H.264. */
        OFF,
        /** The device is told to send H.264, if it can. */
        WANTED,
        /** As {@link #WANTED}, but a device that has the unit and does not send H.264 is refused. */
        REQUIRED
    }

    /** Returns the same request with other controls. */
    public CaptureRequest withControls(List<ControlSetting> others) {
        return with(device, formats, others, flips, embedding);
    }

    /** Returns the same request with these flips. */
    public CaptureRequest flipped(Flips asked) {
        return with(device, formats, controls, Optional.of(asked), embedding);
    }

    /**
     * Returns the same request to another node, which gives H.264 only and is not set up otherwise.
     *
     * @param other its path, or a name for people
     */
    public CaptureRequest ofH264(String other) {
        return with(other, List.of(PixelFormat.H264), List.of(), Optional.empty(), Embedding.OFF);
    }

    /** Returns the same request for that size and no other, at {@code rateNumerator} frames in {@code rateDenominator} seconds. */
    public CaptureRequest exactly(int otherWidth, int otherHeight, int numerator, int denominator) {
        return new CaptureRequest(
                device,
                formats,
                otherWidth,
                otherHeight,
                /* exactSize= */ true,
                numerator,
                denominator,
                controls,
                flips,
                embedding,
                holder,
                setting);
    }

    /** Returns the same request for plain JPEGs. */
    public CaptureRequest plain() {
        return with(device, formats, controls, flips, Embedding.OFF);
    }

    private CaptureRequest with(
            String node,
            List<PixelFormat> wanted,
            List<ControlSetting> settings,
            Optional<Flips> asked,
            Embedding treatment) {
        return new CaptureRequest(
                node,
                wanted,
                width,
                height,
                exactSize,
                rateNumerator,
                rateDenominator,
                settings,
                asked,
                treatment,
                holder,
                setting);
    }
}
