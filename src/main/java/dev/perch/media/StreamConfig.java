package dev.perch.media;

import java.util.Optional;

/** The facts of a track that its readers need before the first frame. When the track changes, a new instance replaces the old one. */
public sealed interface StreamConfig {
    Encoding encoding();

    /** Returns the ticks a second of the track's times in containers, which choose their own only where their format demands it. */
    int timescaleHz();

    /** Returns the track's entry of the codecs parameter (RFC 6381 §3.3). */
    String codecs();

    /** A track of pictures. */
    sealed interface Picture extends StreamConfig {
        /** The clock of MPEG-2 systems and RTP: frame intervals at 24, 25, 30, 50 and 60 frames a second are whole numbers of its ticks. */
        int TIMESCALE_HZ = 90_000;

        /** Returns the width of the picture as shown, in pixels, after cropping. */
        int width();

        /** Returns the height of the picture as shown, in pixels, after cropping. */
        int height();

        @Override
        default int timescaleHz() {
            return TIMESCALE_HZ;
        }
    }

    /**
     * An H.264 track.
     *
     * @param sps the sequence parameter set NAL unit, header byte first, without start code (ITU-T H.264 §7.3.2.1)
     * @param pps the picture parameter set NAL unit, in the same form (§7.3.2.2)
     * @param frameNanos the nominal interval between two frames in nanoseconds
     * @param turn the turn that players apply to decoded pictures; empty for none
     */
    record H264(Bytes sps, Bytes pps, int width, int height, long frameNanos, Optional<Orientation> turn)
            implements Picture {
        /** Creates a track whose pictures are shown as they are. */
        public H264(Bytes sps, Bytes pps, int width, int height, long frameNanos) {
            this(sps, pps, width, height, frameNanos, Optional.empty());
        }

        public H264 {
            if (sps.size() < 4 || pps.size() < 2) {
                throw new IllegalArgumentException("parameter sets are incomplete: sps=" + sps + " pps=" + pps);
            }
        }

        /** Returns this track with {@code other} as its turn. */
        public H264 held(Orientation other) {
            return new H264(sps, pps, width, height, frameNanos, Optional.of(other));
        }

        @Override
        public Encoding encoding() {
            return Encoding.H264;
        }

        /** Returns {@code avc1.PPCCLL}: profile_idc, the constraint flags and level_idc in hexadecimal. */
        @Override
        public String codecs() {
            return String.format("avc1.%02X%02X%02X", sps.at(1), sps.at(2), sps.at(3));
        }
    }

    /** A track of JPEG images. */
    record Jpeg(int width, int height) implements Picture {
        @Override
        public Encoding encoding() {
            return Encoding.JPEG;
        }

        /** Returns {@code mp4v} with the objectTypeIndication of ISO/IEC 10918-1 (ISO/IEC 14496-1 §7.2.6.6.2). */
        @Override
        public String codecs() {
            return "mp4v.6C";
        }
    }

    /**
     * An AAC track.
     *
     * @param audioSpecificConfig the decoder's configuration (ISO/IEC 14496-3 §1.6.2.1)
     * @param sampleRateHz of the sound as heard
     * @param channels of the sound as heard
     */
    record Aac(Bytes audioSpecificConfig, int sampleRateHz, int channels) implements StreamConfig {
        private static final int ESCAPE = 31;

        public Aac {
            if (audioSpecificConfig.size() < 2 || sampleRateHz <= 0 || channels <= 0) {
                throw new IllegalArgumentException("not a sound's configuration: audioSpecificConfig="
                        + audioSpecificConfig + " sampleRateHz=" + sampleRateHz + " channels=" + channels);
            }
        }

        @Override
        public Encoding encoding() {
            return Encoding.AAC;
        }

        /** Returns the sample rate: one tick is one sample. */
        @Override
        public int timescaleHz() {
            return sampleRateHz;
        }

        /** Returns {@code mp4a.40.} and the audio object type: 2 for AAC-LC, 5 for SBR. */
        @Override
        public String codecs() {
            return "mp4a.40." + audioObjectType();
        }

        /** Parses GetAudioObjectType() (ISO/IEC 14496-3 §1.6.2.1, table 1.16): five bits, or an escape and six more. */
        private int audioObjectType() {
            int first = audioSpecificConfig.at(0);
            int type = first >> 3;
            return type == ESCAPE ? 32 + ((first & 7) << 3 | audioSpecificConfig.at(1) >> 5) : type;
        }
    }
}
