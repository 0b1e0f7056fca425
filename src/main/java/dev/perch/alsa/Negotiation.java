package dev.perch.alsa;

import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Agrees on the form of the sound with an open card. */
final class Negotiation {
    // alsa/pcm.h
    private static final int ACCESS_RW_INTERLEAVED = 3;
    private static final int TSTAMP_ENABLE = 1;
    private static final int TSTAMP_TYPE_MONOTONIC = 1;

    /** As long as an AAC frame at 48 kHz, about; shorter ones cost more wake-ups. */
    private static final int PERIOD_MICROS = 20_000;

    /** Longer than a busy machine lets a thread wait. */
    private static final int BUFFER_MICROS = 500_000;

    private final String device;
    private final Pointer pcm;
    private final ByteBuffer word = buffer(8);
    private final ByteBuffer direction = buffer(4);

    Negotiation(String device, Pointer pcm) {
        this.device = device;
        this.pcm = pcm;
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    PcmFormat agree(PcmWish wish) throws CaptureException {
        ByteBuffer params = buffer(AsoundCalls.snd_pcm_hw_params_sizeof().intValue());
        check("snd_pcm_hw_params_any", AsoundCalls.snd_pcm_hw_params_any(pcm, params));
        check(
                "snd_pcm_hw_params_set_access",
                AsoundCalls.snd_pcm_hw_params_set_access(pcm, params, ACCESS_RW_INTERLEAVED));
        SampleFormat sample = sample(params);
        int channels =
                near(wish.channels(), number -> AsoundCalls.snd_pcm_hw_params_set_channels_near(pcm, params, number));
        int rateHz =
                near(wish.rateHz(), number -> AsoundCalls.snd_pcm_hw_params_set_rate_near(pcm, params, number, zero()));
        near(BUFFER_MICROS, number -> AsoundCalls.snd_pcm_hw_params_set_buffer_time_near(pcm, params, number, zero()));
        near(PERIOD_MICROS, number -> AsoundCalls.snd_pcm_hw_params_set_period_time_near(pcm, params, number, zero()));
        check("snd_pcm_hw_params", AsoundCalls.snd_pcm_hw_params(pcm, params));
        check("snd_pcm_hw_params_get_period_size", AsoundCalls.snd_pcm_hw_params_get_period_size(params, word, zero()));
        int periodFrames = frames();
        check("snd_pcm_hw_params_get_buffer_size", AsoundCalls.snd_pcm_hw_params_get_buffer_size(params, word));
        PcmFormat agreed = new PcmFormat(rateHz, channels, sample, periodFrames, Math.max(periodFrames, frames()));
        wakeAndStamp(periodFrames);
        return agreed;
    }

    private SampleFormat sample(Buffer params) throws CaptureException {
        for (SampleFormat each : SampleFormat.values()) {
            if (AsoundCalls.snd_pcm_hw_params_set_format(pcm, params, each.alsa()) >= 0) {
                return each;
            }
        }
        throw new CaptureException(
                Kind.UNSUPPORTED,
                device + " gives no samples of 16, 24 (packed) or 32 bits: plughw: in place of hw: converts others.");
    }

    /** Reads a snd_pcm_uframes_t, an unsigned long. */
    private int frames() {
        return Native.LONG_SIZE == 8 ? (int) word.getLong(0) : word.getInt(0);
    }

    private ByteBuffer zero() {
        return direction.putInt(0, 0);
    }

    private interface Near {
        int set(Buffer number);
    }

    private int near(int wanted, Near near) throws CaptureException {
        word.putInt(0, wanted);
        check("snd_pcm_hw_params_set_near", near.set(word));
        return word.getInt(0);
    }

    private void wakeAndStamp(int periodFrames) throws CaptureException {
        ByteBuffer params = buffer(AsoundCalls.snd_pcm_sw_params_sizeof().intValue());
        check("snd_pcm_sw_params_current", AsoundCalls.snd_pcm_sw_params_current(pcm, params));
        check(
                "snd_pcm_sw_params_set_avail_min",
                AsoundCalls.snd_pcm_sw_params_set_avail_min(pcm, params, new NativeLong(periodFrames)));
        check(
                "snd_pcm_sw_params_set_tstamp_mode",
                AsoundCalls.snd_pcm_sw_params_set_tstamp_mode(pcm, params, TSTAMP_ENABLE));
        check(
                "snd_pcm_sw_params_set_tstamp_type",
                AsoundCalls.snd_pcm_sw_params_set_tstamp_type(pcm, params, TSTAMP_TYPE_MONOTONIC));
        check("snd_pcm_sw_params", AsoundCalls.snd_pcm_sw_params(pcm, params));
    }

    private void check(String call, int result) throws CaptureException {
        if (result < 0) {
            throw Trouble.of(device, call, -result);
        }
    }
}
