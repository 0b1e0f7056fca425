package dev.perch.v4l2;

import com.sun.jna.Native;
import java.nio.ByteBuffer;

/**
 * The structs and ioctl numbers of linux/videodev2.h and linux/uvcvideo.h that Perch uses, for one data model.
 *
 * <p>An ioctl number is {@code _IOC(direction, type, nr, size)} (asm-generic/ioctl.h):
 *
 * <pre>
 *  31 30 29                16 15          8 7           0
 * +-----+--------------------+-------------+-------------+
 * | dir |  size of argument  | type: V, u |     nr      |
 * +-----+--------------------+-------------+-------------+
 * </pre>
 */
final class Abi {
    static final int WRITE = 1;
    static final int READ = 2;
    static final int READ_WRITE = READ | WRITE;

    final DataModel model;

    final StructLayout capability;
    final StructLayout fmtdesc;
    final StructLayout format;
    final StructLayout requestbuffers;
    final StructLayout buffer;
    final StructLayout plane;
    final StructLayout exportbuffer;
    final StructLayout streamparm;
    final StructLayout control;
    final StructLayout frmsizeenum;
    final StructLayout frmivalenum;
    final StructLayout queryExtCtrl;
    final StructLayout queryctrl;
    final StructLayout querymenu;
    final StructLayout extControl;
    final StructLayout extControls;
    final StructLayout unitQuery;
    final StructLayout dvTimings;

    final int querycap;
    final int enumFmt;
    final int getFmt;
    final int setFmt;
    final int tryFmt;
    final int reqbufs;
    final int querybuf;
    final int qbuf;
    final int exportBuffer;
    final int dqbuf;
    final int streamOn;
    final int streamOff;
    final int getParm;
    final int setParm;
    final int getCtrl;
    final int setCtrl;
    final int enumFramesizes;
    final int enumFrameintervals;
    final int queryExtControl;
    final int queryControl;
    final int queryMenu;
    final int getExtControls;
    final int setExtControls;
    final int queryUnit;
    final int queryDvTimings;
    final int setDvTimings;

    Abi(DataModel model) {
        this.model = model;
        capability = struct("v4l2_capability")
                .u8s("driver", 16)
                .u8s("card", 32)
                .u8s("bus_info", 32)
                .u32("version", "capabilities", "device_caps")
                .u32s("reserved", 3)
                .build();
        fmtdesc = struct("v4l2_fmtdesc")
                .u32("index", "type", "flags")
                .u8s("description", 32)
                .u32("pixelformat", "mbus_code")
                .u32s("reserved", 3)
                .build();
        // the union holds v4l2_window, which holds pointers; v4l2_pix_format begins where the union does
        format = struct("v4l2_format").u32("type").pointerUnion("fmt", 200).build();
        requestbuffers = struct("v4l2_requestbuffers")
                .u32("count", "type", "memory", "capabilities")
                .u8s("flags", 1)
                .u8s("reserved", 3)
                .build();
        buffer = buffer();
        plane = struct("v4l2_plane")
                .u32("bytesused", "length")
                .pointerUnion("m", 4)
                .u32("data_offset")
                .u32s("reserved", 11)
                .build();
        exportbuffer = struct("v4l2_exportbuffer")
                .u32("type", "index", "plane", "flags", "fd")
                .u32s("reserved", 11)
                .build();
        StructLayout captureparm = struct("v4l2_captureparm")
                .u32("capability", "capturemode", "numerator", "denominator", "extendedmode", "readbuffers")
                .u32s("reserved", 4)
                .build();
        streamparm = struct("v4l2_streamparm")
                .u32("type")
                .struct("capture", captureparm)
                .u8s("raw_data", 200 - captureparm.sizeBytes())
                .build();
        control = struct("v4l2_control").u32("id", "value").build();
        frmsizeenum = struct("v4l2_frmsizeenum")
                .u32("index", "pixel_format", "type")
                .u32("min_width", "max_width", "step_width", "min_height", "max_height", "step_height")
                .u32s("reserved", 2)
                .build();
        frmivalenum = struct("v4l2_frmivalenum")
                .u32("index", "pixel_format", "width", "height", "type")
                .u32("min_numerator", "min_denominator", "max_numerator", "max_denominator")
                .u32("step_numerator", "step_denominator")
                .u32s("reserved", 2)
                .build();
        queryExtCtrl = struct("v4l2_query_ext_ctrl")
                .u32("id", "type")
                .u8s("name", 32)
                .u64("minimum")
                .u64("maximum")
                .u64("step")
                .u64("default_value")
                .u32("flags", "elem_size", "elems", "nr_of_dims")
                .u32s("dims", 4)
                .u32s("reserved", 32)
                .build();
        queryctrl = struct("v4l2_queryctrl")
                .u32("id", "type")
                .u8s("name", 32)
                .u32("minimum", "maximum", "step", "default_value", "flags")
                .u32s("reserved", 2)
                .build();
        querymenu = struct("v4l2_querymenu")
                .packed()
                .u32("id", "index")
                .wideUnion("name_or_value", 32)
                .u32("reserved")
                .build();
        // the union holds value, value64 and the pointer of strings
        extControl = struct("v4l2_ext_control")
                .packed()
                .u32("id", "size", "reserved2")
                .wideUnion("value", 8)
                .build();
        extControls = struct("v4l2_ext_controls")
                .u32("which", "count", "error_idx", "request_fd", "reserved")
                .pointerUnion("controls", 0)
                .build();
        unitQuery = struct("uvc_xu_control_query")
                .u8s("unit", 1)
                .u8s("selector", 1)
                .u8s("query", 1)
                .u16("size")
                .pointerUnion("data", 0)
                .build();

        dvTimings = struct("v4l2_dv_timings")
                .packed()
                .u32("type")
                .u32s("reserved", 32)
                .build();

        querycap = number(READ, 0, capability.sizeBytes());
        enumFmt = number(READ_WRITE, 2, fmtdesc.sizeBytes());
        getFmt = number(READ_WRITE, 4, format.sizeBytes());
        setFmt = number(READ_WRITE, 5, format.sizeBytes());
        tryFmt = number(READ_WRITE, 64, format.sizeBytes());
        reqbufs = number(READ_WRITE, 8, requestbuffers.sizeBytes());
        querybuf = number(READ_WRITE, 9, buffer.sizeBytes());
        qbuf = number(READ_WRITE, 15, buffer.sizeBytes());
        exportBuffer = number(READ_WRITE, 16, exportbuffer.sizeBytes());
        dqbuf = number(READ_WRITE, 17, buffer.sizeBytes());
        streamOn = number(WRITE, 18, /* an int: */ 4);
        streamOff = number(WRITE, 19, /* an int: */ 4);
        getParm = number(READ_WRITE, 21, streamparm.sizeBytes());
        setParm = number(READ_WRITE, 22, streamparm.sizeBytes());
        getCtrl = number(READ_WRITE, 27, control.sizeBytes());
        setCtrl = number(READ_WRITE, 28, control.sizeBytes());
        enumFramesizes = number(READ_WRITE, 74, frmsizeenum.sizeBytes());
        enumFrameintervals = number(READ_WRITE, 75, frmivalenum.sizeBytes());
        queryExtControl = number(READ_WRITE, 103, queryExtCtrl.sizeBytes());
        queryControl = number(READ_WRITE, 36, queryctrl.sizeBytes());
        queryMenu = number(READ_WRITE, 37, querymenu.sizeBytes());
        getExtControls = number(READ_WRITE, 71, extControls.sizeBytes());
        setExtControls = number(READ_WRITE, 72, extControls.sizeBytes());
        queryUnit = number(READ_WRITE, 'u', 0x21, unitQuery.sizeBytes());
        queryDvTimings = number(READ, 99, dvTimings.sizeBytes());
        setDvTimings = number(READ_WRITE, 87, dvTimings.sizeBytes());
    }

    /** Returns the layouts for the machine that this runs on. */
    static Abi running() {
        return Running.ABI;
    }

    /** Writes a pointer, as wide as the data model's pointers are. */
    void putPointer(ByteBuffer struct, int offset, long address) {
        if (model.longBytes() == 8) {
            struct.putLong(offset, address);
        } else {
            struct.putInt(offset, (int) address);
        }
    }

    /** Returns {@code _IOC(direction, 'V', nr, sizeBytes)}. */
    static int number(int direction, int nr, int sizeBytes) {
        return number(direction, 'V', nr, sizeBytes);
    }

    private static int number(int direction, char type, int nr, int sizeBytes) {
        return direction << 30 | sizeBytes << 16 | type << 8 | nr;
    }

    private StructLayout buffer() {
        StructLayout timecode = struct("v4l2_timecode")
                .u32("type", "flags")
                .u8s("frames_seconds_minutes_hours", 4)
                .u8s("userbits", 4)
                .build();
        return struct("v4l2_buffer")
                .u32("index", "type", "bytesused", "flags", "field")
                .time("timestamp")
                .struct("timecode", timecode)
                .u32("sequence", "memory")
                .pointerUnion("m", 4)
                .u32("length", "reserved2", "request_fd")
                .build();
    }

    private StructLayout.Builder struct(String name) {
        return StructLayout.of(name, model);
    }

    /** Holds the running machine's layouts in a class of its own, so that tests and the demo camera do not load JNA. */
    private static final class Running {
        static final Abi ABI = new Abi(DataModel.of(Native.POINTER_SIZE, System.getProperty("os.arch", "")));
    }
}
