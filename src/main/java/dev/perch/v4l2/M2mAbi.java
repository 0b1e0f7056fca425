package dev.perch.v4l2;

/** The structs and ioctl numbers of linux/videodev2.h that memory-to-memory devices need in addition to those of {@link Abi}, for one data model. */
final class M2mAbi {
    final StructLayout selection;
    final StructLayout encoderCmd;
    final StructLayout decoderCmd;
    final StructLayout eventSubscription;
    final StructLayout event;

    final int getSelection;
    final int setSelection;
    final int encoderCommand;
    final int decoderCommand;
    final int dequeueEvent;
    final int subscribeEvent;

    M2mAbi(DataModel model) {
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
        getSelection = Abi.number(Abi.READ_WRITE, 94, selection.sizeBytes());
        setSelection = Abi.number(Abi.READ_WRITE, 95, selection.sizeBytes());
        encoderCommand = Abi.number(Abi.READ_WRITE, 77, encoderCmd.sizeBytes());
        decoderCommand = Abi.number(Abi.READ_WRITE, 96, decoderCmd.sizeBytes());
        dequeueEvent = Abi.number(Abi.READ, 89, event.sizeBytes());
        subscribeEvent = Abi.number(Abi.WRITE, 90, eventSubscription.sizeBytes());
    }
}
