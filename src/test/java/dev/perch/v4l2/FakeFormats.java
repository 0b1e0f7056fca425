package dev.perch.v4l2;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The formats of a scripted driver: some have one size, at 12.5 and 25 frames a second. Guarded by the driver. */
final class FakeFormats {
    private final Abi abi;
    private List<String> offered = List.of("YUYV");
    private int width = 64;
    private int height = 16;
    private int fourcc;

    FakeFormats(Abi abi) {
        this.abi = abi;
    }

    void offer(List<String> fourccs) {
        offered = List.copyOf(fourccs);
    }

    void size(int newWidth, int newHeight) {
        width = newWidth;
        height = newHeight;
    }

    int sizeImageBytes() {
        return 2 * width * height;
    }

    /** Returns the result of an ioctl; null if it is not about formats. */
    @Nullable
    Integer answer(int request, ByteBuffer argument) {
        if (request == abi.enumFmt) {
            int index = argument.getInt(0);
            if (index >= offered.size()) {
                return -Errno.EINVAL;
            }
            argument.putInt(abi.fmtdesc.offset("pixelformat"), fourcc(offered.get(index)));
            return 0;
        } else if (request == abi.enumFramesizes) {
            if (argument.getInt(0) > 0) {
                return -Errno.EINVAL;
            }
            argument.putInt(8, 1).putInt(12, width).putInt(16, height);
            return 0;
        } else if (request == abi.enumFrameintervals) {
            return interval(argument);
        } else if (request == abi.setFmt || request == abi.getFmt) {
            return format(argument, request == abi.setFmt);
        } else if (request == abi.getParm || request == abi.setParm) {
            argument.putInt(abi.streamparm.offset("capture.capability"), 0x1000);
            argument.putInt(abi.streamparm.offset("capture.numerator"), 1);
            argument.putInt(abi.streamparm.offset("capture.denominator"), 25);
            return 0;
        }
        return null;
    }

    private int interval(ByteBuffer argument) {
        int index = argument.getInt(0);
        if (index > 1) {
            return -Errno.EINVAL;
        }
        argument.putInt(abi.frmivalenum.offset("type"), 1);
        argument.putInt(abi.frmivalenum.offset("min_numerator"), 2 - index);
        argument.putInt(abi.frmivalenum.offset("min_denominator"), 25);
        return 0;
    }

    private int format(ByteBuffer argument, boolean set) {
        int pix = abi.format.offset("fmt");
        if (set) {
            fourcc = argument.getInt(pix + 8);
        }
        argument.putInt(pix, width).putInt(pix + 4, height).putInt(pix + 8, fourcc);
        argument.putInt(pix + 16, 2 * width).putInt(pix + 20, sizeImageBytes());
        return 0;
    }

    private static int fourcc(String code) {
        int number = 0;
        for (int i = 3; i >= 0; i--) {
            number = number << 8 | code.charAt(i);
        }
        return number;
    }
}
