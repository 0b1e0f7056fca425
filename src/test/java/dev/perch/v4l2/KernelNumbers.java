package dev.perch.v4l2;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The sizes, offsets and numbers that this package shares with the kernel, each with its C expression. The structs and ioctl numbers are the
 * fields of the classes in {@link #of}: a new ioctl needs a line in {@link #IOCTLS}, a new class one in {@code of}.
 */
final class KernelNumbers {
    /** The ioctl that a field holds the number of. */
    private static final Map<String, String> IOCTLS = Map.ofEntries(
            Map.entry("querycap", "VIDIOC_QUERYCAP"),
            Map.entry("enumFmt", "VIDIOC_ENUM_FMT"),
            Map.entry("getFmt", "VIDIOC_G_FMT"),
            Map.entry("setFmt", "VIDIOC_S_FMT"),
            Map.entry("tryFmt", "VIDIOC_TRY_FMT"),
            Map.entry("reqbufs", "VIDIOC_REQBUFS"),
            Map.entry("querybuf", "VIDIOC_QUERYBUF"),
            Map.entry("qbuf", "VIDIOC_QBUF"),
            Map.entry("exportBuffer", "VIDIOC_EXPBUF"),
            Map.entry("dqbuf", "VIDIOC_DQBUF"),
            Map.entry("streamOn", "VIDIOC_STREAMON"),
            Map.entry("streamOff", "VIDIOC_STREAMOFF"),
            Map.entry("getParm", "VIDIOC_G_PARM"),
            Map.entry("setParm", "VIDIOC_S_PARM"),
            Map.entry("getCtrl", "VIDIOC_G_CTRL"),
            Map.entry("setCtrl", "VIDIOC_S_CTRL"),
            Map.entry("enumFramesizes", "VIDIOC_ENUM_FRAMESIZES"),
            Map.entry("enumFrameintervals", "VIDIOC_ENUM_FRAMEINTERVALS"),
            Map.entry("queryExtControl", "VIDIOC_QUERY_EXT_CTRL"),
            Map.entry("queryControl", "VIDIOC_QUERYCTRL"),
            Map.entry("queryMenu", "VIDIOC_QUERYMENU"),
            Map.entry("getExtControls", "VIDIOC_G_EXT_CTRLS"),
            Map.entry("setExtControls", "VIDIOC_S_EXT_CTRLS"),
            Map.entry("queryUnit", "UVCIOC_CTRL_QUERY"),
            Map.entry("queryDvTimings", "VIDIOC_QUERY_DV_TIMINGS"),
            Map.entry("setDvTimings", "VIDIOC_S_DV_TIMINGS"),
            Map.entry("getSelection", "VIDIOC_G_SELECTION"),
            Map.entry("setSelection", "VIDIOC_S_SELECTION"),
            Map.entry("encoderCommand", "VIDIOC_ENCODER_CMD"),
            Map.entry("decoderCommand", "VIDIOC_DECODER_CMD"),
            Map.entry("dequeueEvent", "VIDIOC_DQEVENT"),
            Map.entry("subscribeEvent", "VIDIOC_SUBSCRIBE_EVENT"));

    /** Fields that stand in unions and inner structs in C, or that stand for several fields there. */
    private static final Map<String, String> PATHS = Map.ofEntries(
            Map.entry("v4l2_buffer.timecode.frames_seconds_minutes_hours", "timecode.frames"),
            Map.entry("v4l2_streamparm.raw_data", "parm.raw_data[sizeof(struct v4l2_captureparm)]"),
            Map.entry("v4l2_streamparm.capture.numerator", "parm.capture.timeperframe.numerator"),
            Map.entry("v4l2_streamparm.capture.denominator", "parm.capture.timeperframe.denominator"),
            Map.entry("v4l2_frmsizeenum.min_width", "stepwise.min_width"),
            Map.entry("v4l2_frmsizeenum.max_width", "stepwise.max_width"),
            Map.entry("v4l2_frmsizeenum.step_width", "stepwise.step_width"),
            Map.entry("v4l2_frmsizeenum.min_height", "stepwise.min_height"),
            Map.entry("v4l2_frmsizeenum.max_height", "stepwise.max_height"),
            Map.entry("v4l2_frmsizeenum.step_height", "stepwise.step_height"),
            Map.entry("v4l2_frmivalenum.min_numerator", "stepwise.min.numerator"),
            Map.entry("v4l2_frmivalenum.min_denominator", "stepwise.min.denominator"),
            Map.entry("v4l2_frmivalenum.max_numerator", "stepwise.max.numerator"),
            Map.entry("v4l2_frmivalenum.max_denominator", "stepwise.max.denominator"),
            Map.entry("v4l2_frmivalenum.step_numerator", "stepwise.step.numerator"),
            Map.entry("v4l2_frmivalenum.step_denominator", "stepwise.step.denominator"),
            Map.entry("v4l2_querymenu.name_or_value", "name"),
            Map.entry("v4l2_selection.left", "r.left"),
            Map.entry("v4l2_selection.top", "r.top"),
            Map.entry("v4l2_selection.width", "r.width"),
            Map.entry("v4l2_selection.height", "r.height"));

    private final Map<String, Integer> numbers = new LinkedHashMap<>();

    private KernelNumbers() {}

    static Map<String, Integer> of(DataModel model) throws ReflectiveOperationException {
        KernelNumbers all = new KernelNumbers();
        all.model(model);
        for (Object abi : List.of(new Abi(model), new M2mAbi(model))) {
            all.structsAndIoctls(abi);
        }
        all.pixelFormats();
        all.constants();
        return all.numbers;
    }

    private void model(DataModel model) {
        numbers.put("sizeof(long)", model.longBytes());
        numbers.put("sizeof(void *)", model.longBytes());
        numbers.put("sizeof(struct timeval)", model.timevalBytes());
        numbers.put("sizeof(struct timespec)", model.timevalBytes());
        numbers.put("offsetof(struct { char c; __u64 wide; }, wide)", model.wideAlignmentBytes());
    }

    private void structsAndIoctls(Object abi) throws ReflectiveOperationException {
        for (Field field : abi.getClass().getDeclaredFields()) {
            if (Modifier.isStatic(field.getModifiers())) {
                continue;
            }
            field.setAccessible(true);
            if (field.get(abi) instanceof StructLayout struct) {
                struct(struct);
            } else if (field.get(abi) instanceof Integer number) {
                String ioctl = IOCTLS.get(field.getName());
                if (ioctl == null) {
                    throw new AssertionError("IOCTLS lacks " + field);
                }
                numbers.put(ioctl, number);
            }
        }
    }

    private void struct(StructLayout struct) {
        numbers.put("sizeof(struct " + struct.name() + ")", struct.sizeBytes());
        for (String field : struct.fields().stream().sorted().toList()) {
            numbers.put(
                    "offsetof(struct " + struct.name() + ", " + path(struct.name(), field) + ")", struct.offset(field));
        }
    }

    private static String path(String struct, String field) {
        String inUnion = struct.equals("v4l2_streamparm") ? field.replaceFirst("^capture", "parm.capture") : field;
        return PATHS.getOrDefault(struct + "." + field, inUnion);
    }

    private void pixelFormats() throws ReflectiveOperationException {
        for (String field : List.of(
                "WIDTH", "HEIGHT", "PIXELFORMAT", "FIELD", "BYTESPERLINE", "SIZEIMAGE", "COLORSPACE", "QUANTIZATION")) {
            offset("v4l2_pix_format", field.toLowerCase(Locale.ROOT), PixFormat.class, field);
        }
        for (String field : List.of("WIDTH", "HEIGHT", "PIXELFORMAT", "FIELD")) {
            offset("v4l2_pix_format_mplane", field.toLowerCase(Locale.ROOT), PixFormat.class, field);
        }
        for (String field : List.of("COLORSPACE", "NUM_PLANES", "QUANTIZATION")) {
            offset("v4l2_pix_format_mplane", field.toLowerCase(Locale.ROOT), PixFormat.class, "MP_" + field);
        }
        offset("v4l2_pix_format_mplane", "plane_fmt[0].sizeimage", PixFormat.class, "MP_PLANE_SIZEIMAGE");
        offset("v4l2_pix_format_mplane", "plane_fmt[0].bytesperline", PixFormat.class, "MP_PLANE_BYTESPERLINE");
        numbers.put("sizeof(struct v4l2_plane_pix_format)", constant(PixFormat.class, "MP_PLANE_BYTES"));
        numbers.put("VIDEO_MAX_PLANES", PixFormat.MAX_PLANES);
    }

    private void offset(String struct, String path, Class<?> in, String field) throws ReflectiveOperationException {
        numbers.put("offsetof(struct " + struct + ", " + path + ")", constant(in, field));
    }

    private void constants() throws ReflectiveOperationException {
        constants("V4L2_", Device.class, "CAP_VIDEO_CAPTURE", "CAP_STREAMING");
        constants("V4L2_", Device.class, "CAP_DEVICE_CAPS", "CAP_VIDEO_CAPTURE_MPLANE", "CAP_META_CAPTURE");
        constants("V4L2_", PixFormat.class, "FIELD_NONE");
        constants("V4L2_", Negotiation.class, "COLORSPACE_JPEG", "CAP_TIMEPERFRAME");
        constants("V4L2_", Negotiation.class, "QUANTIZATION_DEFAULT", "QUANTIZATION_FULL_RANGE");
        constants("V4L2_", Negotiation.class, "CID_MPEG_VIDEO_FORCE_KEY_FRAME");
        constants("V4L2_", QueueBuffer.class, "MEMORY_MMAP", "MEMORY_DMABUF");
        constants("V4L2_", CaptureSession.class, "BUF_FLAG_ERROR", "BUF_FLAG_TIMESTAMP_MASK");
        constants("V4L2_", CaptureSession.class, "BUF_FLAG_TIMESTAMP_MONOTONIC");
        constants("V4L2_", M2mCodec.class, "BUF_FLAG_ERROR", "BUF_FLAG_LAST", "EVENT_EOS", "EVENT_SOURCE_CHANGE");
        constants("V4L2_", M2mEncoder.class, "SEL_TGT_CROP");
        constants("V4L2_", M2mDecoder.class, "SEL_TGT_COMPOSE");
        constants("V4L2_CID_MPEG_VIDEO_", M2mEncoder.class, "B_FRAMES", "GOP_SIZE", "REPEAT_SEQ_HEADER");
        constants("", M2mCodec.class, "POLLIN", "POLLPRI", "POLLOUT");
        constants("", LibC.class, "O_RDWR", "O_NONBLOCK", "O_CLOEXEC", "MAP_SHARED");
        numbers.put("V4L2_BUF_TYPE_VIDEO_CAPTURE", PixFormat.CAPTURE);
        numbers.put("V4L2_BUF_TYPE_VIDEO_OUTPUT", PixFormat.OUTPUT);
        numbers.put("V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE", PixFormat.CAPTURE_MPLANE);
        numbers.put("V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE", PixFormat.OUTPUT_MPLANE);
        for (Field errno : Errno.class.getDeclaredFields()) {
            numbers.put(errno.getName(), constant(Errno.class, errno.getName()));
        }
        for (Control.Flag flag : Control.Flag.values()) {
            numbers.put("V4L2_CTRL_FLAG_" + flag.name(), number(flag, "bit"));
        }
        for (Control.Type type : Control.Type.values()) {
            if (type != Control.Type.COMPOUND) {
                numbers.put("V4L2_CTRL_TYPE_" + type.name(), number(type, "number"));
            }
        }
    }

    private void constants(String prefix, Class<?> in, String... names) throws ReflectiveOperationException {
        for (String name : names) {
            String field = prefix.startsWith("V4L2_CID") ? "CID_" + name : name;
            numbers.put(prefix + name, constant(in, field));
        }
    }

    private static int constant(Class<?> in, String name) throws ReflectiveOperationException {
        Field field = in.getDeclaredField(name);
        field.setAccessible(true);
        return field.getInt(null);
    }

    private static int number(Object of, String name) throws ReflectiveOperationException {
        Field field = of.getClass().getDeclaredField(name);
        field.setAccessible(true);
        return field.getInt(of);
    }
}
