package dev.perch.v4l2;

import dev.perch.v4l2.Control.MenuEntry;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The fields of the H.264 extension unit's structures, each shown as a control (USB Device Class Definition for Video Devices: H.264 Payload, revision 1.0,
 * uvcx_video_config_probe_commit_t and the structures of the other UVCX selectors). All are unsigned and little-endian.
 */
enum H264Field {
    // UVCX_VIDEO_CONFIG_PROBE: agreed on as a whole, then set by UVCX_VIDEO_CONFIG_COMMIT
    FRAME_INTERVAL(0x01, 0, 4, Control.Type.INTEGER, "Frame Interval (100 ns)"),
    BITRATE(0x01, 4, 4, Control.Type.INTEGER, "Bitrate"),
    WIDTH(0x01, 12, 2, Control.Type.INTEGER, "Width"),
    HEIGHT(0x01, 14, 2, Control.Type.INTEGER, "Height"),
    SLICE_UNITS(0x01, 16, 2, Control.Type.INTEGER, "Slice Units"),
    SLICE_MODE(0x01, 18, 2, "Slice Mode", "0 Ignored|1 Bits per Slice|2 Macroblocks per Slice|3 Slices per Frame"),
    PROFILE(
            0x01,
            20,
            2,
            "Profile",
            "0x4200 Baseline|0x4240 Constrained Baseline|0x4d00 Main|0x5300 Scalable Baseline|0x5600 Scalable High|0x6400 High|0x7600 Multiview High|0x8000 Stereo High"),
    I_FRAME_PERIOD(0x01, 22, 2, Control.Type.INTEGER, "I-Frame Period (ms)"),
    USAGE_TYPE(
            0x01,
            28,
            1,
            "Usage Type",
            "1 Real-time|2 Broadcast|3 Storage|4 UCConfig 0|5 UCConfig 1|6 UCConfig 2Q|7 UCConfig 2S|8 UCConfig 3"),
    STREAM_MUX_OPTION(0x01, 33, 1, Control.Type.BITMASK, "Stream Mux Option"),
    STREAM_FORMAT(0x01, 34, 1, "Stream Format", "0 Annex B|1 NAL Units"),
    ENTROPY_MODE(0x01, 35, 1, "Entropy Mode", "0 CAVLC|1 CABAC"),
    TIMESTAMP_SEI(0x01, 36, 1, Control.Type.BOOLEAN, "Timestamp SEI"),
    REORDER_FRAMES(0x01, 37, 1, Control.Type.INTEGER, "Reorder Frames"),
    PREVIEW_FLIPPED(0x01, 38, 1, Control.Type.BOOLEAN, "Preview Flipped"),
    LEAKY_BUCKET_SIZE(0x01, 44, 2, Control.Type.INTEGER, "Leaky Bucket Size (ms)"),

    // the rest may be set while the camera captures; each begins with wLayerID, which is 0 for the one layer
    RATE_CONTROL_MODE(
            0x03,
            2,
            1,
            "Rate Control Mode",
            "1 Constant Bitrate|2 Variable Bitrate|3 Constant QP|0x11 Constant Bitrate, Fixed Frame Rate|0x12 Variable Bitrate, Fixed Frame Rate|0x13 Constant QP, Fixed Frame Rate"),
    TEMPORAL_SCALE_MODE(0x04, 2, 1, Control.Type.INTEGER, "Temporal Scale Mode"),
    SPATIAL_SCALE_MODE(0x05, 2, 1, Control.Type.INTEGER, "Spatial Scale Mode"),
    SNR_SCALE_MODE(0x06, 2, 1, Control.Type.INTEGER, "SNR Scale Mode"),
    MGS_SUBLAYER_MODE(0x06, 3, 1, Control.Type.INTEGER, "MGS Sublayer Mode"),
    LTR_BUFFER_SIZE(0x07, 2, 1, Control.Type.INTEGER, "LTR Buffer Size"),
    LTR_ENCODER_CONTROL(0x07, 3, 1, Control.Type.INTEGER, "LTR Encoder Control"),
    LTR_PUT_AT_POSITION(0x08, 2, 1, Control.Type.INTEGER, "LTR Put at Position"),
    LTR_ENCODE_USING(0x08, 3, 1, Control.Type.INTEGER, "LTR Encode Using"),
    PICTURE_TYPE(0x09, 2, 2, "Picture Type", "0 I Picture|1 IDR Picture|2 IDR Picture with new Parameter Sets"),
    VERSION(0x0a, 0, 2, Control.Type.BITMASK, "Version"),
    ENCODER_RESET(0x0b, 0, 2, Control.Type.BUTTON, "Encoder Reset"),
    DYNAMIC_FRAME_INTERVAL(0x0c, 2, 4, Control.Type.INTEGER, "Dynamic Frame Interval (100 ns)"),
    MACROBLOCKS_PER_SECOND(0x0d, 2, 4, Control.Type.INTEGER, "Macroblocks per Second"),
    LEVEL_IDC(0x0d, 6, 1, Control.Type.INTEGER, "Level IDC"),
    PEAK_BITRATE(0x0e, 2, 4, Control.Type.INTEGER, "Peak Bitrate"),
    AVERAGE_BITRATE(0x0e, 6, 4, Control.Type.INTEGER, "Average Bitrate"),
    QP_FRAME_TYPE(0x0f, 2, 1, Control.Type.BITMASK, "QP Frame Type"),
    MIN_QP(0x0f, 3, 1, Control.Type.INTEGER, "Min QP"),
    MAX_QP(0x0f, 4, 1, Control.Type.INTEGER, "Max QP");

    /** UVCX_VIDEO_CONFIG_PROBE. */
    static final int PROBE = 0x01;

    /** UVCX_VIDEO_CONFIG_COMMIT, the same structure. */
    static final int COMMIT = 0x02;

    /** sizeof(uvcx_video_config_probe_commit_t). */
    static final int PROBE_BYTES = 46;

    private static final String PREFIX = "uvcx_";
    private static final List<H264Field> ALL = List.of(values());

    final int selector;
    final int offset;
    final int sizeBytes;
    final Control.Type type;
    final String title;
    private final String entries; // a menu's numbers and names, separated by bars

    H264Field(int selector, int offset, int sizeBytes, Control.Type type, String title) {
        this(selector, offset, sizeBytes, type, title, "");
    }

    H264Field(int selector, int offset, int sizeBytes, String title, String entries) {
        this(selector, offset, sizeBytes, Control.Type.MENU, title, entries);
    }

    @SuppressWarnings("TooManyParameters") // a table's columns
    H264Field(int selector, int offset, int sizeBytes, Control.Type type, String title, String entries) {
        this.selector = selector;
        this.offset = offset;
        this.sizeBytes = sizeBytes;
        this.type = type;
        this.title = title;
        this.entries = entries;
    }

    /** Returns the control's name: the field's, spelt as V4L2 tools spell names, after the prefix of the unit's own names. */
    String controlName() {
        return PREFIX + name().toLowerCase(Locale.ROOT);
    }

    /** Returns a number that no V4L2 control has: those begin at 0x980000. */
    int id() {
        return selector << 8 | offset;
    }

    static Stream<H264Field> all() {
        return ALL.stream();
    }

    /** Returns whether a control stands for a field; V4L2's own controls do not. */
    static boolean stands(Control control) {
        return control.id() < 0x1000;
    }

    static H264Field of(Control control) {
        return ALL.stream()
                .filter(field -> field.id() == control.id())
                .findFirst()
                .orElseThrow();
    }

    /** Returns whether Perch decides the field itself, so that size, rate and form of the stream are those of the configuration. */
    boolean decided() {
        return switch (this) {
            case FRAME_INTERVAL,
                    WIDTH,
                    HEIGHT,
                    STREAM_MUX_OPTION,
                    STREAM_FORMAT,
                    REORDER_FRAMES,
                    DYNAMIC_FRAME_INTERVAL -> true;
            default -> false;
        };
    }

    /** Returns the field's bit of bmHints (UVCX_VIDEO_CONFIG_PROBE), which asks the camera to keep this field if it cannot keep all. */
    int hint() {
        return switch (this) {
            case PROFILE -> 0x0002;
            case USAGE_TYPE -> 0x0008;
            case SLICE_MODE -> 0x0010;
            case SLICE_UNITS -> 0x0020;
            case LEAKY_BUCKET_SIZE -> 0x1000;
            case BITRATE -> 0x2000;
            case ENTROPY_MODE -> 0x4000;
            case I_FRAME_PERIOD -> 0x8000;
            default -> 0;
        };
    }

    long in(ByteBuffer data) {
        return switch (sizeBytes) {
            case 1 -> Byte.toUnsignedLong(data.get(offset));
            case 2 -> Short.toUnsignedLong(data.getShort(offset));
            default -> Integer.toUnsignedLong(data.getInt(offset));
        };
    }

    void put(ByteBuffer data, long value) {
        switch (sizeBytes) {
            case 1 -> data.put(offset, (byte) value);
            case 2 -> data.putShort(offset, (short) value);
            default -> data.putInt(offset, (int) value);
        }
    }

    /** Returns the largest number that the field holds. */
    long most() {
        return (1L << (8 * sizeBytes)) - 1;
    }

    /** Returns the entries that the unit's specification names; empty unless the field is a menu. */
    List<MenuEntry> menu() {
        return Stream.of(entries.split("\\|"))
                .filter(entry -> !entry.isEmpty())
                .map(entry -> entry.split(" ", 2))
                .map(words -> new MenuEntry(Integer.decode(words[0]), words[1]))
                .toList();
    }
}
