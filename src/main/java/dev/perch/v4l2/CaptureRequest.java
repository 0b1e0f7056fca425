package dev.perch.v4l2;

import dev.perch.media.PixelFormat;
import java.util.List;

/**
 * What a session asks of a device; survives it, unlike what the driver answered.
 *
 * @param device path of the device file, or what people call it where the path is found anew each time
 * @param formats what to capture, the most wanted first: the first that the device offers
 * @param width in pixels; 0 leaves the size as it is
 * @param height in pixels
 * @param exactSize whether another size is refused; otherwise the driver takes the nearest it has
 * @param rateNumerator frames in {@code rateDenominator} seconds, the driver takes the nearest it has; 0 leaves the rate as it is
 * @param rateDenominator seconds
 * @param controls what is set before the stream begins, in this order
 * @param embedding whether the device is told to send H.264 within its JPEGs
 * @param holder whom the memory budget calls the holder of the driver's buffers
 * @param setting the setting that makes the buffers smaller, for refusals
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
        Embedding embedding,
        String holder,
        String setting) {
    public CaptureRequest {
        formats = List.copyOf(formats);
        controls = List.copyOf(controls);
        if (width < 0 || height < 0 || rateNumerator < 0 || (rateNumerator > 0 && rateDenominator <= 0)) {
            throw new IllegalArgumentException("size and rate are positive: width=" + width + " height=" + height
                    + " rateNumerator=" + rateNumerator + " rateDenominator=" + rateDenominator);
        }
    }

    /** What is done with a device that sends JPEG and could send H.264 within it (the extension unit of UVC 1.5 cameras). */
    public enum Embedding {
        /** It is told to send none. */
        OFF,
        /** It is told to send it, if it can. */
        WANTED,
        /** Likewise, and one that has the unit and does not do it is refused. */
        REQUIRED
    }

    /** The same with other controls. */
    public CaptureRequest withControls(List<ControlSetting> others) {
        return new CaptureRequest(
                device,
                formats,
                width,
                height,
                exactSize,
                rateNumerator,
                rateDenominator,
                others,
                embedding,
                holder,
                setting);
    }
}
