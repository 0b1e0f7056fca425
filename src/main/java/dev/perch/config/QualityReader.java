package dev.perch.config;

import java.util.Optional;
import java.util.OptionalDouble;

/** Reads the keys of a section about the quality of what Perch encodes. */
final class QualityReader {
    private final Section section;

    QualityReader(Section section) {
        this.section = section;
    }

    /** Returns the quality whose pictures get the size and the rate of {@code size} and {@code fps}. */
    Quality read() {
        return read(section.value("size", Values.SIZE_IN_PIXELS), section.value("fps", Values.FPS));
    }

    /** Returns the quality beside a source that is itself asked for {@code size} and {@code fps}. */
    Quality readBeside() {
        return read(Optional.empty(), Optional.empty());
    }

    /** Returns the quality of a rendition, whose {@code size} is the one that the picture must fit into. */
    Quality readRendition() {
        return read(
                section.value("size", Values.SIZE_IN_PIXELS)
                        .map(size -> new CameraConfig.PictureSize(size.width(), size.height())),
                section.value("fps", Values.FPS));
    }

    @SuppressWarnings("OptionalUsedAsFieldOrParameterType") // as the record has them
    private Quality read(Optional<CameraConfig.PictureSize> size, Optional<CameraConfig.FrameRate> fps) {
        Quality table =
                section.value("quality", Values.QUALITY).map(Quality::of).orElse(Quality.DEFAULT);
        OptionalDouble crf = section.value("crf", Values.CRF, OptionalDouble.empty());
        var bitrate = section.value("bitrate", Values.BITRATE, Quality.DEFAULT.bitrate());
        boolean byBitrate = bitrate.isPresent() && crf.isEmpty();
        return new Quality(
                size.isPresent() ? 1 : table.scale(),
                crf.isPresent() ? crf : byBitrate ? OptionalDouble.empty() : table.crf(),
                size,
                fps,
                bitrate,
                section.value("audio-bitrate", Values.AUDIO_BITRATE, Quality.DEFAULT.audioBitrate()),
                section.value("jpeg-quality", Values.JPEG_QUALITY, Quality.JPEG_QUALITY));
    }
}
