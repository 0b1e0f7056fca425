package dev.perch.mp4;

import dev.perch.h264.AvcConfiguration;
import dev.perch.h264.SequenceParameterSet;
import dev.perch.h264.Vui;
import dev.perch.media.MalformedBitstreamException;
import dev.perch.media.StreamConfig;

/** The sample entry of an H.264 track: {@code avc1} with {@code avcC}, {@code colr} and {@code pasp}. */
final class VideoSampleEntry implements SampleEntry {
    private final StreamConfig.H264 config;
    private final SequenceParameterSet sps;

    VideoSampleEntry(StreamConfig.H264 config) {
        this.config = config;
        try {
            this.sps = SequenceParameterSet.parse(config.sps());
        } catch (MalformedBitstreamException e) {
            throw new IllegalArgumentException("the configuration's SPS cannot be read: sps=" + config.sps(), e);
        }
    }

    @Override
    public int mostBytes() {
        return 250 + config.sps().size() + config.pps().size();
    }

    @Override
    public void volumeAndSize(BoxWriter out) {
        out.u16(/* volume */ 0).zeros(2);
        if (config.turn().isPresent()) {
            BoxWriter.matrix(out, config.turn().get(), displayWidth(), config.height());
        } else {
            BoxWriter.matrix(out);
        }
        out.u32(displayWidth() << 16).u32(config.height() << 16);
    }

    @Override
    public String handler() {
        return "vide";
    }

    @Override
    public String handlerName() {
        return "VideoHandler";
    }

    /** Writes vmhd, ISO/IEC 14496-12:2015 §12.1.2. */
    @Override
    public void mediaHeader(BoxWriter out) {
        int vmhd = out.beginFull("vmhd", 0, 1);
        out.u16(/* graphicsmode */ 0).zeros(6);
        out.end(vmhd);
    }

    /**
     * Returns the width at which square pixels show the picture in its proportions (ISO/IEC 14496-12:2015 §8.3.2.3), at most the largest 16.16
     * number.
     */
    private int displayWidth() {
        Vui vui = sps.vui();
        if (!stretched(vui)) {
            return config.width();
        }
        return (int) Math.min(0xffff, Math.max(1, (long) config.width() * vui.sarWidth() / vui.sarHeight()));
    }

    /**
     * ISO/IEC 14496-12:2015 §12.1.3 (VisualSampleEntry), ISO/IEC 14496-15:2017 §5.4.2.
     *
     * <pre>
     * avc1
     *   avcC
     *   colr  nclx   where the SPS describes its colours
     *   pasp         where its pixels are not square
     * </pre>
     */
    @Override
    public void write(BoxWriter out) {
        int avc1 = out.begin("avc1");
        out.zeros(6).u16(/* data_reference_index */ 1).zeros(16);
        out.u16(config.width()).u16(config.height());
        out.u32(/* 72 dpi */ 0x0048_0000).u32(0x0048_0000).zeros(4);
        out.u16(/* frame_count */ 1)
                .zeros(/* compressorname */ 32)
                .u16(/* depth */ 0x0018)
                .u16(-1);
        avcC(out);
        colr(out);
        pasp(out);
        out.end(avc1);
    }

    /** Writes the AVCDecoderConfigurationRecord, ISO/IEC 14496-15:2017 §5.3.3.1.2. */
    private void avcC(BoxWriter out) {
        int avcC = out.begin("avcC");
        out.bytes(AvcConfiguration.of(config));
        out.end(avcC);
    }

    /** Writes the colours, ISO/IEC 14496-12:2015 §12.1.5. */
    private void colr(BoxWriter out) {
        Vui vui = sps.vui();
        if (!vui.colourDescribed()) {
            return;
        }
        int colr = out.begin("colr");
        out.fourcc("nclx");
        out.u16(vui.colourPrimaries()).u16(vui.transferCharacteristics()).u16(vui.matrixCoefficients());
        out.u8(vui.fullRange() ? 0x80 : 0);
        out.end(colr);
    }

    /** Writes the pixels' proportions, ISO/IEC 14496-12:2015 §12.1.4. */
    private void pasp(BoxWriter out) {
        Vui vui = sps.vui();
        if (!stretched(vui)) {
            return;
        }
        int pasp = out.begin("pasp");
        out.u32(vui.sarWidth()).u32(vui.sarHeight());
        out.end(pasp);
    }

    private static boolean stretched(Vui vui) {
        return vui.sarWidth() > 0 && vui.sarHeight() > 0 && vui.sarWidth() != vui.sarHeight();
    }
}
