package dev.perch.alsa;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.v4l2.NativeBindings;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Opens cards by libasound. */
final class LibAsound implements PcmLibrary {
    static final LibAsound INSTANCE = new LibAsound();

    // alsa/pcm.h
    private static final int STREAM_CAPTURE = 1;
    private static final int NONBLOCK = 1;

    private LibAsound() {}

    @Override
    public Pcm open(String device) throws CaptureException {
        require();
        ByteBuffer handle = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder());
        int result = AsoundCalls.snd_pcm_open(handle, device, STREAM_CAPTURE, NONBLOCK);
        if (result < 0) {
            throw Trouble.of(device, "snd_pcm_open", -result);
        }
        long address = Native.POINTER_SIZE == 8 ? handle.getLong(0) : Integer.toUnsignedLong(handle.getInt(0));
        return OpenPcm.of(device, new Pointer(address));
    }

    /**
     * Checks that the library can be used.
     *
     * @throws CaptureException if it is not on this machine, or JNA cannot work here
     */
    private static void require() throws CaptureException {
        NativeBindings.require("Sound of a card");
        try {
            AsoundCalls.snd_pcm_hw_params_sizeof(); // loads the library
        } catch (LinkageError absent) {
            throw new CaptureException(
                    Kind.UNSUPPORTED,
                    "Sound of a card needs the library libasound, which is not on this machine: apt install libasound2 (from Debian 13 on,"
                            + " libasound2t64), then start Perch again.",
                    absent);
        }
    }
}
