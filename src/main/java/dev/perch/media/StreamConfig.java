package dev.perch.media;

/** What a reader must know of a stream before its first frame. A new instance replaces an old one when the stream changes. */
public sealed interface StreamConfig {
    /** Width of the picture as shown, in pixels, after cropping. */
    int width();

    /** Height of the picture as shown, in pixels, after cropping. */
    int height();

    /**
     * An H.264 stream.
     *
     * @param sps the sequence parameter set NAL unit, header byte first, without start code (ITU-T H.264 §7.3.2.1)
     * @param pps the picture parameter set NAL unit, likewise (§7.3.2.2)
     * @param frameNanos the nominal interval between two frames in nanoseconds
     */
    record H264(Bytes sps, Bytes pps, int width, int height, long frameNanos) implements StreamConfig {
        public H264 {
            if (sps.size() < 4 || pps.size() < 2) {
                throw new IllegalArgumentException("parameter sets are incomplete: sps=" + sps + " pps=" + pps);
            }
        }

        /** The codecs parameter of RFC 6381 §3.3: {@code avc1.PPCCLL}, from profile_idc, the constraint flags and level_idc. */
        public String codecs() {
            return String.format("avc1.%02X%02X%02X", sps.at(1), sps.at(2), sps.at(3));
        }
    }

    /** A stream of JPEG images. */
    record Jpeg(int width, int height) implements StreamConfig {}
}
