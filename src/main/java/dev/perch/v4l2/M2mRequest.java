package dev.perch.v4l2;

import dev.perch.media.PixelFormat;
import java.util.List;

/**
 * The task of a memory-to-memory device.
 *
 * @param device path of the device file
 * @param raw the layout of raw pictures at the device
 * @param codedFourcc the compressed format
 * @param width of the picture, in pixels
 * @param height of the picture, in pixels
 * @param framesPerSecond the pictures' rate
 * @param holder the memory budget's name for the holder of the buffers
 * @param setting the setting that makes the buffers smaller, named in refusals
 * @param controls the controls to set on an encoder before it starts
 */
public record M2mRequest(
        String device,
        PixelFormat raw,
        int codedFourcc,
        int width,
        int height,
        double framesPerSecond,
        String holder,
        String setting,
        List<ControlSetting> controls) {
    public M2mRequest {
        controls = List.copyOf(controls);
        if (width <= 0 || height <= 0 || framesPerSecond <= 0) {
            throw new IllegalArgumentException("a picture has a size and a rate: width=" + width + " height=" + height
                    + " framesPerSecond=" + framesPerSecond);
        }
    }
}
