package dev.perch.codec;

import dev.perch.h264.H264Publisher;
import dev.perch.jpeg.JpegPublisher;
import dev.perch.media.CaptureException;
import dev.perch.media.Encoding;
import dev.perch.media.FrameTime;
import dev.perch.media.PixelFormat;
import dev.perch.v4l2.ControlSetting;
import dev.perch.v4l2.M2mDevices;
import dev.perch.v4l2.M2mEncoder;
import dev.perch.v4l2.M2mRequest;
import dev.perch.v4l2.SystemCalls;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/** A run of a memory-to-memory encoder over raw pictures that are alike. */
final class M2mRun implements EncoderRun {
    private final InputFrame like;
    private final String device;
    private final FrameTimes times = new FrameTimes();
    private final BiConsumer<ByteBuffer, FrameTime> publisher;
    private final M2mEncoder encoder;
    private volatile boolean keyFrameWanted; // set by any thread, cleared by the worker

    private M2mRun(DerivationSpec spec, InputFrame first, Place place) throws CaptureException {
        this.like = first;
        this.device = place.device();
        this.publisher = switch (spec.to()) {
            case H264 -> new H264Publisher(spec.sink(), Math.round(1e9 / spec.framesPerSecond()))::accessUnit;
            case JPEG -> new JpegPublisher(spec.sink())::frame;
            case AAC -> throw DerivationSpec.noPicture(spec.to());
        };
        M2mRequest request = new M2mRequest(
                place.device(),
                place.raw(),
                place.coded().fourcc(),
                first.width(),
                first.height(),
                spec.framesPerSecond(),
                spec.camera() + " encoder buffers",
                "cameras." + spec.camera() + ".size",
                controls(spec, first));
        this.encoder =
                M2mEncoder.open(SystemCalls.linux(), spec.arenas().budget(), request, first.picture(), this::made);
    }

    /** Returns the settings in order: configured controls override those that follow from the quality. */
    private static List<ControlSetting> controls(DerivationSpec spec, InputFrame first) {
        List<ControlSetting> all = new ArrayList<>(
                QualityControls.of(spec.quality(), spec.to(), first.width(), first.height(), spec.framesPerSecond()));
        all.addAll(spec.controls());
        return all;
    }

    /** An encoder and the formats that it is asked for. */
    record Place(String device, PixelFormat raw, PixelFormat coded) {}

    /**
     * Starts a run on {@code device}, or on the first that fits if that is empty.
     *
     * @return empty if no device fits
     */
    @SuppressWarnings("OptionalUsedAsFieldOrParameterType") // as the configuration has it
    static Optional<EncoderRun> start(DerivationSpec spec, InputFrame first, Optional<String> device)
            throws CaptureException {
        if (first.format().encoded()) {
            return Optional.empty();
        }
        Optional<Place> place = find(spec.to(), first.format(), device);
        return place.isPresent() ? Optional.of(new M2mRun(spec, first, place.get())) : Optional.empty();
    }

    /** Returns the first device that makes {@code to} from pictures of {@code raw}, in one piece of memory or several. */
    @SuppressWarnings("OptionalUsedAsFieldOrParameterType") // as the configuration has it
    static Optional<Place> find(Encoding to, PixelFormat raw, Optional<String> device) {
        List<PixelFormat> wanted = switch (to) {
            case H264 -> List.of(PixelFormat.H264);
            case JPEG -> List.of(PixelFormat.JPEG, PixelFormat.MJPG);
            case AAC -> throw DerivationSpec.noPicture(to);
        };
        for (PixelFormat coded : wanted) {
            for (PixelFormat lying : EnumSet.of(raw, raw.separate())) {
                Optional<Place> found = M2mDevices.first(SystemCalls.linux(), device, lying.fourcc(), coded.fourcc())
                        .map(path -> new Place(path, lying, coded));
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    /** Returns the sentence that says that no device fits. */
    @SuppressWarnings("OptionalUsedAsFieldOrParameterType") // as the configuration has it
    static String lacking(Optional<String> device, PixelFormat from, Encoding to) {
        return device.orElse("No memory-to-memory device of this machine")
                + (device.isPresent() ? " does not encode " : " encodes ")
                + from.fourCharacterCode() + " to " + to + "; with encoder: auto, ffmpeg does.";
    }

    @Override
    public boolean takes(InputFrame frame) {
        return like.like(frame);
    }

    @Override
    public void put(InputFrame frame) throws CaptureException {
        if (keyFrameWanted) {
            keyFrameWanted = false;
            encoder.forceKeyFrame();
        }
        long stampMicros = 1 + times.in(frame.time()); // returned with the frame; a stamp of 0 would mean none
        encoder.put(frame.picture(), stampMicros);
    }

    private void made(ByteBuffer coded, long stampMicros) {
        publisher.accept(coded, times.ofInput(stampMicros - 1));
    }

    @Override
    public void forceKeyFrame() {
        keyFrameWanted = true;
    }

    @Override
    public boolean finish(long millis) throws CaptureException {
        return encoder.drain();
    }

    @Override
    public String by() {
        return device;
    }

    @Override
    public boolean imports() {
        return encoder.imports();
    }

    @Override
    public void kill() {
        // a put ends by itself within 2 s
    }

    @Override
    public void close() {
        encoder.close();
    }
}
