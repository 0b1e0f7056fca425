package dev.perch.codec;

import dev.perch.config.CameraConfig;
import dev.perch.config.EncoderChoice;
import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.media.Encoding;
import dev.perch.media.PixelFormat;
import dev.perch.v4l2.M2mDevices;
import dev.perch.v4l2.SystemCalls;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Chooses what makes one format for one camera, whenever a run begins: by the configuration, and where that leaves it open memory-to-memory devices before
 * ffmpeg. Devices that fail before they have made a frame are not tried again.
 */
final class RunChoice {
    private static final System.Logger LOG = System.getLogger(RunChoice.class.getName());

    /** The formats that decoders may make, the most wanted first. */
    private static final List<PixelFormat> RAW =
            List.of(PixelFormat.NV12, PixelFormat.YU12, PixelFormat.NM12, PixelFormat.YM12, PixelFormat.YUYV);

    private final EncoderChoice chosen;
    private volatile boolean deviceRuns; // a derivation's worker writes, as below; the next one reads
    private volatile boolean devicesFailed;

    RunChoice(EncoderChoice chosen) {
        this.chosen = chosen;
    }

    EncoderRun start(DerivationSpec spec, InputFrame first) throws CaptureException {
        deviceRuns = false;
        return switch (chosen.kind()) {
            case M2M ->
                byDevice(spec, first)
                        .orElseThrow(() -> new CaptureException(
                                Kind.UNSUPPORTED,
                                M2mRun.lacking(chosen.device().map(Path::toString), first.format(), spec.to())));
            case FFMPEG, OFF -> FfmpegRun.start(spec, first);
            case AUTO, TURBOJPEG, IMAGEIO -> best(spec, first);
        };
    }

    private EncoderRun best(DerivationSpec spec, InputFrame first) throws CaptureException {
        try {
            Optional<EncoderRun> device = devicesFailed ? Optional.empty() : byDevice(spec, first);
            if (device.isPresent()) {
                deviceRuns = true;
                return device.get();
            }
        } catch (CaptureException refused) {
            told(spec.camera(), refused);
        }
        return FfmpegRun.start(spec, first);
    }

    /** A derivation has failed. */
    void failed(String camera, Count count, CaptureException trouble) {
        if (deviceRuns && count.out() == 0 && trouble.kind() != Kind.NO_ROOM) {
            devicesFailed = true;
            told(camera, trouble);
        }
    }

    private static void told(String camera, CaptureException refused) {
        LOG.log(
                Level.WARNING,
                "{0}: the hardware encoder refuses ({1}); ffmpeg encodes instead.",
                CameraConfig.called(camera),
                refused.getMessage());
    }

    private Optional<EncoderRun> byDevice(DerivationSpec spec, InputFrame first) throws CaptureException {
        if (!first.format().encoded()) {
            return M2mRun.start(spec, first, device());
        }
        return first.format() == PixelFormat.H264 ? decodedToJpeg(spec, first) : decodedToH264(spec, first);
    }

    private Optional<String> device() {
        return chosen.device().map(Path::toString);
    }

    /** Returns a run in which a device decodes; the configuration chooses what makes JPEG of its pictures. */
    private Optional<EncoderRun> decodedToJpeg(DerivationSpec spec, InputFrame first) throws CaptureException {
        for (PixelFormat raw : RAW) {
            if (chosen.kind() == EncoderChoice.Kind.M2M
                    && M2mRun.find(Encoding.JPEG, raw, device()).isEmpty()) {
                continue;
            }
            Optional<String> decoder = decoder(PixelFormat.H264, raw);
            if (decoder.isPresent()) {
                return Optional.of(new DecodedRun(
                        first,
                        new M2mPictureDecoder(spec, first, decoder.get(), PixelFormat.H264.fourcc(), raw),
                        spec.passedOver(),
                        picture -> jpeg(spec, picture)));
            }
        }
        return Optional.empty();
    }

    private EncoderRun jpeg(DerivationSpec spec, InputFrame picture) throws CaptureException {
        return chosen.kind() == EncoderChoice.Kind.M2M
                ? h264OrJpeg(spec, picture)
                : new JpegRun(new JpegOfPicture(
                        spec.camera(), chosen.kind(), spec.quality().jpegQuality(), spec.arenas(), spec.sink()));
    }

    /** Returns a run in which a device encodes, if there is one; another device, or libturbojpeg, decodes for it. */
    private Optional<EncoderRun> decodedToH264(DerivationSpec spec, InputFrame first) throws CaptureException {
        for (PixelFormat raw : RAW) {
            if (M2mRun.find(Encoding.H264, raw.contiguous(), device()).isEmpty()) {
                continue;
            }
            Optional<PictureDecoder> decoder = jpegDecoder(spec, first, raw);
            if (decoder.isPresent()) {
                return Optional.of(
                        new DecodedRun(first, decoder.get(), spec.passedOver(), picture -> h264OrJpeg(spec, picture)));
            }
        }
        return Optional.empty();
    }

    private EncoderRun h264OrJpeg(DerivationSpec spec, InputFrame picture) throws CaptureException {
        return M2mRun.start(spec, picture, device())
                .orElseThrow(() ->
                        new CaptureException(Kind.UNSUPPORTED, M2mRun.lacking(device(), picture.format(), spec.to())));
    }

    private static Optional<PictureDecoder> jpegDecoder(DerivationSpec spec, InputFrame first, PixelFormat raw)
            throws CaptureException {
        for (PixelFormat coded : List.of(PixelFormat.MJPG, PixelFormat.JPEG)) {
            Optional<String> device = decoder(coded, raw);
            if (device.isPresent()) {
                return Optional.of(new M2mPictureDecoder(spec, first, device.get(), coded.fourcc(), raw));
            }
        }
        boolean library = raw == PixelFormat.NV12 || raw == PixelFormat.YU12;
        return library && TurboJpeg.present()
                ? Optional.of(new TurboJpegDecoder(spec.camera(), raw, spec.arenas()))
                : Optional.empty();
    }

    private static Optional<String> decoder(PixelFormat coded, PixelFormat raw) {
        return M2mDevices.first(SystemCalls.linux(), Optional.empty(), coded.fourcc(), raw.fourcc());
    }
}
