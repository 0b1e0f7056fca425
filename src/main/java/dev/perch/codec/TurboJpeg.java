package dev.perch.codec;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.v4l2.NativeBindings;
import java.nio.Buffer;
import java.nio.ByteBuffer;

/** The TurboJPEG C API (turbojpeg.h 2.x, which 3.x keeps), by JNA's direct mapping. Loaded with the first encoder. */
final class TurboJpeg {
    static final int TJFLAG_NOREALLOC = 1024;
    static final int TJFLAG_FASTDCT = 2048;

    private TurboJpeg() {}

    /** Returns whether the library is on this machine. */
    static boolean present() {
        try {
            require();
            return true;
        } catch (CaptureException absent) {
            return false;
        }
    }

    /**
     * Checks that the library can be used.
     *
     * @throws CaptureException if the library is not on this machine, or JNA cannot work here
     */
    static void require() throws CaptureException {
        NativeBindings.require("JPEG of raw pictures by libturbojpeg");
        try {
            Calls.load();
        } catch (LinkageError absent) {
            throw new CaptureException(
                    Kind.UNSUPPORTED,
                    "JPEG of raw pictures needs the library libturbojpeg, which is not on this machine: apt install libturbojpeg0.",
                    absent);
        }
    }

    /** Writes a number of a pointer's width. */
    static void putWord(ByteBuffer words, int index, long value) {
        if (Native.POINTER_SIZE == 8) {
            words.putLong(8 * index, value);
        } else {
            words.putInt(4 * index, (int) value);
        }
    }

    /** The C functions, under their own names. */
    static final class Calls {
        static {
            NativeBindings.bind(Calls.class, library());
        }

        /**
         * Loads the library by the name of its binary interface, which every Debian has; the plain name comes with a development package.
         */
        private static NativeLibrary library() {
            try {
                return NativeLibrary.getInstance("libturbojpeg.so.0");
            } catch (UnsatisfiedLinkError otherSystem) {
                return NativeLibrary.getInstance("turbojpeg");
            }
        }

        private Calls() {}

        static void load() {}

        static native Pointer tjInitCompress();

        static native NativeLong tjBufSize(int width, int height, int subsampling);

        static native int tjCompressFromYUVPlanes(
                Pointer encoder,
                Buffer planes,
                int width,
                Buffer strides,
                int height,
                int subsampling,
                Buffer jpeg,
                Buffer jpegSize,
                int quality,
                int flags);

        static native Pointer tjInitDecompress();

        static native int tjDecompressHeader3(
                Pointer decoder,
                Buffer jpeg,
                NativeLong jpegSize,
                Buffer width,
                Buffer height,
                Buffer subsampling,
                Buffer colorspace);

        static native int tjPlaneWidth(int plane, int width, int subsampling);

        static native int tjPlaneHeight(int plane, int height, int subsampling);

        static native int tjDecompressToYUVPlanes(
                Pointer decoder,
                Buffer jpeg,
                NativeLong jpegSize,
                Buffer planes,
                int width,
                Buffer strides,
                int height,
                int flags);

        static native Pointer tjInitTransform();

        static native int tjTransform(
                Pointer transformer,
                Buffer jpeg,
                NativeLong jpegSize,
                int count,
                Buffer results,
                Buffer resultSizes,
                Buffer transforms,
                int flags);

        static native int tjGetErrorCode(Pointer handle);

        static native String tjGetErrorStr2(Pointer encoder);

        static native int tjDestroy(Pointer encoder);
    }
}
