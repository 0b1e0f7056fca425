package dev.perch.v4l2;

/** The structs and ioctl numbers of linux/videodev2.h that memory-to-memory devices need beside those of {@link Abi}, for one data model. */
final class M2mAbi {
    static final int CAPTURE = 9; // V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE
    static final int OUTPUT = 10; // V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE

    // v4l2_pix_format_mplane, packed, the same everywhere; offsets inside the union of v4l2_format
    static final int WIDTH = 0;
    static final int HEIGHT = 4;
    static final int PIXELFORMAT = 8;
    static final int FIELD = 12;
    static final int SIZEIMAGE = 20; // of the first of its v4l2_plane_pix_format
    static final int BYTESPERLINE = 24;
    static final int NUM_PLANES = 180;

    final StructLayout plane;
    final StructLayout selection;
    final StructLayout encoderCmd;
    final StructLayout decoderCmd;
    final StructLayout eventSubscription;
    final StructLayout event;

    final int setSelection;
    final int encoderCommand;
    final int decoderCommand;
    final int dequeueEvent;
    final int subscribeEvent;

    M2mAbi(DataModel model) {
        plane = StructLayout.of("v4l2_plane", model)
                .u32("bytesused", "length")
                .pointerUnion("m", 4)
                .u32("data_offset")
                .u32s("reserved", 11)
                .build();
        selection = StructLayout.of("v4l2_selection", model)
                .u32("type", "target", "flags", "left", "top", "width", "height")
                .u32s("reserved", 9)
                .build();
        encoderCmd = StructLayout.of("v4l2_encoder_cmd", model)
                .u32("cmd", "flags")
                .u32s("raw", 8)
                .build();
        decoderCmd = StructLayout.of("v4l2_decoder_cmd", model)
                .u32("cmd", "flags")
                .wideUnion("raw", 64)
                .build();
        eventSubscription = StructLayout.of("v4l2_event_subscription", model)
                .u32("type", "id", "flags")
                .u32s("reserved", 5)
                .build();
        event = StructLayout.of("v4l2_event", model)
                .u32("type")
                .wideUnion("u", 64)
                .u32("pending", "sequence")
                .time("timestamp")
                .u32("id")
                .u32s("reserved", 8)
                .build();
        setSelection = Abi.number(Abi.READ_WRITE, 95, selection.sizeBytes());
        encoderCommand = Abi.number(Abi.READ_WRITE, 77, encoderCmd.sizeBytes());
        decoderCommand = Abi.number(Abi.READ_WRITE, 96, decoderCmd.sizeBytes());
        dequeueEvent = Abi.number(Abi.READ, 89, event.sizeBytes());
        subscribeEvent = Abi.number(Abi.WRITE, 90, eventSubscription.sizeBytes());
    }
}
