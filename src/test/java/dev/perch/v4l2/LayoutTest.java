package dev.perch.v4l2;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares layouts with the sizes, offsets and numbers that C compilers gave for linux/videodev2.h on arm64, amd64 and armhf with either time_t. */
class LayoutTest {
    /** A column of the table: its place and its layouts. */
    record Column(int place, DataModel model, Abi abi) {
        Column(int place, DataModel model) {
            this(place, model, new Abi(model));
        }

        int of(int lp64, int time32, int time64) {
            return List.of(lp64, time32, time64).get(place);
        }

        @Override
        public String toString() {
            return model.toString();
        }
    }

    static List<Column> columns() {
        return List.of(
                new Column(0, DataModel.LP64),
                new Column(1, DataModel.ILP32_TIME32),
                new Column(2, DataModel.ILP32_TIME64));
    }

    @ParameterizedTest
    @MethodSource("columns")
    void formatAndItsNumbers(Column in) {
        assertEquals(in.of(208, 204, 204), in.abi.format.sizeBytes());
        assertEquals(in.of(8, 4, 4), in.abi.format.offset("fmt"));
        assertEquals(in.of(0xc0d05604, 0xc0cc5604, 0xc0cc5604), in.abi.getFmt);
        assertEquals(in.of(0xc0d05605, 0xc0cc5605, 0xc0cc5605), in.abi.setFmt);
        assertEquals(in.of(0xc0d05640, 0xc0cc5640, 0xc0cc5640), in.abi.tryFmt);
    }

    @ParameterizedTest
    @MethodSource("columns")
    void bufferAndItsNumbers(Column in) {
        StructLayout buffer = in.abi.buffer;
        assertEquals(in.of(88, 68, 80), buffer.sizeBytes());
        assertEquals(in.of(24, 20, 24), buffer.offset("timestamp"));
        assertEquals(in.of(40, 28, 40), buffer.offset("timecode"));
        assertEquals(in.of(56, 44, 56), buffer.offset("sequence"));
        assertEquals(in.of(60, 48, 60), buffer.offset("memory"));
        assertEquals(in.of(64, 52, 64), buffer.offset("m"));
        assertEquals(in.of(72, 56, 68), buffer.offset("length"));
        assertEquals(in.of(80, 64, 76), buffer.offset("request_fd"));
        assertEquals(in.of(0xc0585609, 0xc0445609, 0xc0505609), in.abi.querybuf);
        assertEquals(in.of(0xc058560f, 0xc044560f, 0xc050560f), in.abi.qbuf);
        assertEquals(in.of(0xc0585611, 0xc0445611, 0xc0505611), in.abi.dqbuf);
        assertEquals(in.of(0xc058565d, 0xc044565d, 0xc050565d), Abi.number(Abi.READ_WRITE, 93, buffer.sizeBytes()));
    }

    @ParameterizedTest
    @MethodSource("columns")
    void theSameEverywhere(Column in) {
        assertEquals(104, in.abi.capability.sizeBytes());
        assertEquals(0x80685600, in.abi.querycap);
        assertEquals(20, in.abi.requestbuffers.sizeBytes());
        assertEquals(0xc0145608, in.abi.reqbufs);
        assertEquals(204, in.abi.streamparm.sizeBytes());
        assertEquals(0xc0cc5616, in.abi.setParm);
        assertEquals(44, in.abi.frmsizeenum.sizeBytes());
        assertEquals(0x40045612, in.abi.streamOn);
        assertEquals(0x40045613, in.abi.streamOff);
        assertEquals(64, in.abi.fmtdesc.sizeBytes());
        assertEquals(52, in.abi.frmivalenum.sizeBytes());
        assertEquals(0xc008561c, in.abi.setCtrl);
    }

    @ParameterizedTest
    @MethodSource("columns")
    void controlsAndTheirNumbers(Column in) {
        assertEquals(in.of(32, 24, 24), in.abi.extControls.sizeBytes());
        assertEquals(in.of(24, 20, 20), in.abi.extControls.offset("controls"));
        assertEquals(in.of(0xc0205647, 0xc0185647, 0xc0185647), in.abi.getExtControls);
        assertEquals(in.of(0xc0205648, 0xc0185648, 0xc0185648), in.abi.setExtControls);
        assertEquals(20, in.abi.extControl.sizeBytes());
        assertEquals(12, in.abi.extControl.offset("value"));
        assertEquals(232, in.abi.queryExtCtrl.sizeBytes());
        assertEquals(40, in.abi.queryExtCtrl.offset("minimum"));
        assertEquals(0xc0e85667, in.abi.queryExtControl);
        assertEquals(44, in.abi.querymenu.sizeBytes());
        assertEquals(0xc02c5625, in.abi.queryMenu);
    }

    /** Structs that Perch does not use, which test the calculation itself: 64-bit members, pointers, packing, nesting. */
    @ParameterizedTest
    @MethodSource("columns")
    void calculationHoldsForTheOtherStructs(Column in) {
        StructLayout plane = StructLayout.of("v4l2_plane", in.model)
                .u32("bytesused", "length")
                .pointerUnion("m", 4)
                .u32("data_offset")
                .u32s("reserved", 11)
                .build();
        assertEquals(in.of(64, 60, 60), plane.sizeBytes());
        assertEquals(in.of(16, 12, 12), plane.offset("data_offset"));

        StructLayout event = StructLayout.of("v4l2_event", in.model)
                .u32("type")
                .wideUnion("u", 64)
                .u32("pending", "sequence")
                .time("timestamp")
                .u32("id")
                .u32s("reserved", 8)
                .build();
        assertEquals(in.of(136, 128, 136), event.sizeBytes());
        assertEquals(in.of(96, 88, 96), event.offset("id"));
        assertEquals(in.of(0x80885659, 0x80805659, 0x80885659), Abi.number(Abi.READ, 89, event.sizeBytes()));

        StructLayout createBuffers = StructLayout.of("v4l2_create_buffers", in.model)
                .u32("index", "count", "memory")
                .struct("format", in.abi.format)
                .u32("capabilities", "flags")
                .u32s("reserved", 6)
                .build();
        assertEquals(in.of(256, 248, 248), createBuffers.sizeBytes());
    }

    @Test
    void runningModelFollowsPointerSize() {
        assertEquals(DataModel.LP64, DataModel.of(8, "amd64"));
        assertEquals(DataModel.LP64, DataModel.of(8, "aarch64"));
        assertEquals(DataModel.ILP32_TIME64, DataModel.of(4, "arm"));
        assertEquals(4, DataModel.of(4, "i386").wideAlignmentBytes());
        assertEquals(Abi.running().model.longBytes(), Integer.getInteger("sun.arch.data.model", 64) / 8);
    }

    @ParameterizedTest
    @MethodSource("columns")
    void memoryToMemory(Column in) {
        M2mAbi m2m = new M2mAbi(in.model);
        assertEquals(in.of(64, 60, 60), in.abi.plane.sizeBytes());
        assertEquals(8, in.abi.plane.offset("m"));
        assertEquals(in.of(16, 12, 12), in.abi.plane.offset("data_offset"));
        assertEquals(in.of(136, 128, 136), m2m.event.sizeBytes());
        assertEquals(in.of(96, 88, 96), m2m.event.offset("id"));
        assertEquals(in.of(0x80885659, 0x80805659, 0x80885659), m2m.dequeueEvent);
        assertEquals(0xc028564d, m2m.encoderCommand);
        assertEquals(0x4020565a, m2m.subscribeEvent);
        assertEquals(64, m2m.selection.sizeBytes());
        assertEquals(72, m2m.decoderCmd.sizeBytes());
    }
}
