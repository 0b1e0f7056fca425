package dev.perch.v4l2;

import dev.perch.media.PixelFormat;
import java.util.List;

/**
 * What a memory-to-memory device is to do.
 *
 * @param device path of the device file
 * @param raw how raw pictures lie at the device
 * @param codedFourcc the compressed format
 * @param width of the picture, in pixels
 * @param height of the picture, in pixels
 * @param framesPerSecond their rate
 * @param holder whom the memory budget calls the holder of the buffers
 * @param setting the setting that makes the buffers smaller, for refusals
 * @param controls what an encoder is set to before it starts
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
