package dev.perch.progressive;

import dev.perch.feed.Frame;
import dev.perch.feed.Framing;
import dev.perch.feed.Outgoing;
import dev.perch.feed.Viewer;
import dev.perch.media.Bytes;
import dev.perch.media.StreamConfig;
import dev.perch.mp4.Fragment;
import dev.perch.mp4.InitSegment;

/** Fragmented MP4: the init segment, then one fragment a frame (ISO/IEC 14496-12:2015 §8.8), the payload straight from the arena. */
public final class Mp4Framing implements Framing {
    private final Timeline timeline = new Timeline();
    private final Fragment fragment = new Fragment();
    private int sequenceNumber;

    /** The content type of the response, with the codecs of the real stream (RFC 6381 §3.3). */
    public static String contentType(StreamConfig.H264 config) {
        return "video/mp4; codecs=\"" + config.codecs() + "\"";
    }

    @Override
    public boolean wants(Frame frame) {
        return true;
    }

    @Override
    public Bytes opening(StreamConfig config) {
        if (config instanceof StreamConfig.H264 video) {
            return InitSegment.video(video);
        }
        throw new IllegalArgumentException("fragmented MP4 carries H.264: config=" + config);
    }

    @Override
    public void frame(Viewer viewer, Outgoing out) {
        Frame frame = viewer.frame();
        timeline.next(viewer);
        fragment.at(++sequenceNumber, timeline.decodeTicks())
                .sample(timeline.durationTicks(), frame.sizeBytes(), frame.key())
                .write(out.scratch().position(0));
        out.addScratch(0, Fragment.HEAD_BYTES);
        out.addPayload(0, frame.sizeBytes());
    }

    @Override
    public void heartbeat(Viewer viewer, Outgoing out) {
        Fragment.freeBox(out.scratch().position(0));
        out.addScratch(0, Fragment.FREE_BOX_BYTES);
    }
}
