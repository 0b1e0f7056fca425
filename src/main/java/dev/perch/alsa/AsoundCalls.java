package dev.perch.alsa;

import com.sun.jna.NativeLibrary;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import dev.perch.v4l2.NativeBindings;
import java.nio.Buffer;

/** The functions of libasound (alsa/pcm.h), under their own names, by JNA's direct mapping. Loaded with the first card. */
final class AsoundCalls {
    private static final String LIBRARY = "libasound.so.2";

    static {
        NativeLibrary library = NativeLibrary.getInstance(LIBRARY);
        NativeBindings.bind(AsoundCalls.class, library);
        quiet();
    }

    private AsoundCalls() {}

    /**
     * Keeps libasound from writing to stderr the errors that it also returns as numbers. Its handler has variable arguments, which Java cannot
     * implement; getpid takes none and does nothing.
     */
    private static void quiet() {
        snd_lib_error_set_handler(NativeLibrary.getProcess().getGlobalVariableAddress("getpid"));
    }

    static native void snd_lib_error_set_handler(Pointer handler);

    static native String snd_strerror(int error);

    static native int snd_pcm_open(Buffer pcm, String name, int stream, int mode);

    static native int snd_pcm_close(Pointer pcm);

    // the form of the sound

    static native NativeLong snd_pcm_hw_params_sizeof();

    static native int snd_pcm_hw_params_any(Pointer pcm, Buffer params);

    static native int snd_pcm_hw_params_set_access(Pointer pcm, Buffer params, int access);

    static native int snd_pcm_hw_params_set_format(Pointer pcm, Buffer params, int format);

    static native int snd_pcm_hw_params_set_channels_near(Pointer pcm, Buffer params, Buffer channels);

    static native int snd_pcm_hw_params_set_rate_near(Pointer pcm, Buffer params, Buffer rate, Buffer direction);

    static native int snd_pcm_hw_params_set_period_time_near(
            Pointer pcm, Buffer params, Buffer micros, Buffer direction);

    static native int snd_pcm_hw_params_set_buffer_time_near(
            Pointer pcm, Buffer params, Buffer micros, Buffer direction);

    static native int snd_pcm_hw_params(Pointer pcm, Buffer params);

    static native int snd_pcm_hw_params_get_period_size(Buffer params, Buffer frames, Buffer direction);

    static native int snd_pcm_hw_params_get_buffer_size(Buffer params, Buffer frames);

    // when it wakes its reader, and its clock

    static native NativeLong snd_pcm_sw_params_sizeof();

    static native int snd_pcm_sw_params_current(Pointer pcm, Buffer params);

    static native int snd_pcm_sw_params_set_tstamp_mode(Pointer pcm, Buffer params, int mode);

    static native int snd_pcm_sw_params_set_tstamp_type(Pointer pcm, Buffer params, int type);

    static native int snd_pcm_sw_params_set_avail_min(Pointer pcm, Buffer params, NativeLong frames);

    static native int snd_pcm_sw_params(Pointer pcm, Buffer params);

    // while it captures

    static native int snd_pcm_prepare(Pointer pcm);

    static native int snd_pcm_start(Pointer pcm);

    static native int snd_pcm_resume(Pointer pcm);

    static native int snd_pcm_htimestamp(Pointer pcm, Buffer available, Buffer timespec);

    static native NativeLong snd_pcm_readi(Pointer pcm, Buffer frames, NativeLong count);

    static native int snd_pcm_poll_descriptors_count(Pointer pcm);

    static native int snd_pcm_poll_descriptors(Pointer pcm, Buffer pollfds, int count);

    static native int snd_pcm_poll_descriptors_revents(Pointer pcm, Buffer pollfds, int count, Buffer revents);
}
