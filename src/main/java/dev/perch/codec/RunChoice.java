package dev.perch.codec;

import dev.perch.config.CameraConfig;
import dev.perch.config.EncoderChoice;
import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.media.Encoding;
import dev.perch.media.PixelFormat;
import dev.perch.picture.PictureChange;
import dev.perch.v4l2.M2mDevices;
import dev.perch.v4l2.SystemCalls;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Chooses the run that makes one format for one camera, each time a run begins: by the configuration or, where that leaves it open, memory-to-memory
 * devices before ffmpeg. A device that fails before it has made a frame is not tried again.
 */
final class RunChoice {
    private static final System.Logger LOG = System.getLogger(RunChoice.class.getName());

    /** The formats that decoders may give, the preferred one first. */
    private static final List<PixelFormat> RAW =
            List.of(PixelFormat.NV12, PixelFormat.YU12, PixelFormat.NM12, PixelFormat.YM12, PixelFormat.YUYV);

    /** The formats of changed pictures. */
    private static final List<PixelFormat> CHANGED = List.of(PixelFormat.NV12, PixelFormat.YU12);

    private final EncoderChoice chosen;
    private volatile boolean deviceRuns; // written by a derivation's worker, like those below; read by the next one
    private volatile boolean devicesFailed;

    RunChoice(EncoderChoice chosen) {
        this.chosen = chosen;
    }

    EncoderRun start(DerivationSpec spec, InputFrame first) throws CaptureException {
        deviceRuns = false;
        boolean jpegs = first.format().encoding() == Encoding.JPEG && spec.to() == Encoding.JPEG;
        if (jpegs && library()) {
            return jpegToJpeg(spec, first);
        }
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

    /** Called when a derivation has failed. */
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
            return spec.target().change().none() ? M2mRun.start(spec, first, device()) : changed(spec, first);
        }
        boolean jpeg = first.format() != PixelFormat.H264;
        return switch (spec.to()) {
            case H264 -> decodedToH264(spec, first);
            case JPEG -> jpeg ? Optional.empty() : decodedToJpeg(spec, first);
            case AAC -> throw DerivationSpec.noPicture(spec.to());
        };
    }

    /** Returns a run in which a device encodes changed pictures, if there is such a device. */
    private Optional<EncoderRun> changed(DerivationSpec spec, InputFrame first) throws CaptureException {
        for (PixelFormat raw : CHANGED) {
            if (M2mRun.find(spec.to(), raw, device()).isPresent()) {
                return Optional.of(ChangedRun.start(spec, first, raw, picture -> h264OrJpeg(spec, picture)));
            }
        }
        return Optional.empty();
    }

    /**
     * Returns whether libturbojpeg makes images from images: not if ffmpeg is configured, or if the library is absent and not configured.
     */
    private boolean library() {
        return switch (chosen.kind()) {
            case FFMPEG, OFF -> false;
            case TURBOJPEG -> true;
            case AUTO, M2M, IMAGEIO -> TurboJpeg.present();
        };
    }

    /** Returns a run of libturbojpeg over images; images that are only turned are not decoded. */
    private EncoderRun jpegToJpeg(DerivationSpec spec, InputFrame first) throws CaptureException {
        PictureChange change = spec.target().change();
        if (spec.target().turnsOnly()) {
            return new TurboJpegTurn(spec, first, change.turn());
        }
        TurboJpegDecoder decoder =
                new TurboJpegDecoder(spec.camera(), PixelFormat.YU12, change, /* fullRange= */ true, spec.arenas());
        return new DecodedRun(
                spec,
                first,
                decoder,
                picture -> ChangedRun.start(spec, picture, PixelFormat.YU12, each -> jpeg(spec, each)));
    }

    private Optional<String> device() {
        return chosen.device().map(Path::toString);
    }

    /** Returns a run in which a device decodes; the configuration chooses the JPEG encoder for its pictures. */
    private Optional<EncoderRun> decodedToJpeg(DerivationSpec spec, InputFrame first) throws CaptureException {
        for (PixelFormat raw : RAW) {
            if (chosen.kind() == EncoderChoice.Kind.M2M
                    && M2mRun.find(Encoding.JPEG, raw, device()).isEmpty()) {
                continue;
            }
            Optional<String> decoder = decoder(PixelFormat.H264, raw);
            if (decoder.isPresent()) {
                return Optional.of(new DecodedRun(
                        spec,
                        first,
                        new M2mPictureDecoder(spec, first, decoder.get(), PixelFormat.H264.fourcc(), raw),
                        picture -> ChangedRun.start(spec, picture, jpegInput(), changed -> jpeg(spec, changed))));
            }
        }
        return Optional.empty();
    }

    /** Returns the format in which changed pictures go to the JPEG encoder. */
    private PixelFormat jpegInput() {
        boolean pairs = chosen.kind() == EncoderChoice.Kind.M2M
                && M2mRun.find(Encoding.JPEG, PixelFormat.YU12, device()).isEmpty();
        return pairs ? PixelFormat.NV12 : PixelFormat.YU12;
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
            Optional<PictureDecoder> decoder =
                    first.format() == PixelFormat.H264 ? h264Decoder(spec, first, raw) : jpegDecoder(spec, first, raw);
            PixelFormat changed = raw == PixelFormat.NV12 || raw == PixelFormat.YU12 ? raw : changedFor(raw);
            if (decoder.isPresent() && (spec.target().change().none() || encodes(changed))) {
                return Optional.of(new DecodedRun(
                        spec,
                        first,
                        decoder.get(),
                        picture -> ChangedRun.start(spec, picture, changed, each -> h264OrJpeg(spec, each))));
            }
        }
        return Optional.empty();
    }

    private PixelFormat changedFor(PixelFormat raw) {
        return raw.contiguous() == PixelFormat.NV12 || !encodes(PixelFormat.YU12) ? PixelFormat.NV12 : PixelFormat.YU12;
    }

    private boolean encodes(PixelFormat raw) {
        return M2mRun.find(Encoding.H264, raw, device()).isPresent();
    }

    private static Optional<PictureDecoder> h264Decoder(DerivationSpec spec, InputFrame first, PixelFormat raw)
            throws CaptureException {
        Optional<String> device = decoder(PixelFormat.H264, raw);
        return device.isPresent()
                ? Optional.of(new M2mPictureDecoder(spec, first, device.get(), PixelFormat.H264.fourcc(), raw))
                : Optional.empty();
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
