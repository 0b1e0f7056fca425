package dev.perch.camera;

import dev.perch.codec.FrameReader;
import dev.perch.feed.Feed;
import dev.perch.feed.FrameLostException;
import dev.perch.feed.Viewer;
import dev.perch.media.FrameTime;
import dev.perch.media.StreamConfig;
import dev.perch.media.StreamKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;

/** A derivation's position in the ring of the format that its source gives: a viewer like any other, that the capture never waits for. */
final class RingReader implements FrameReader {
    private final Viewer viewer;
    private final AtomicLong passedOver = new AtomicLong(); // the derivation counts, pages read

    RingReader(Feed feed) {
        this.viewer = feed.join(/* packager= */ null);
    }

    @Override
    public boolean next() {
        boolean there = viewer.advance();
        if (there && viewer.kind() == StreamKind.JPEG) {
            while (viewer.advance()) { // each JPEG stands alone: the newest wins
                passedOver.incrementAndGet();
            }
            return viewer.repeat();
        }
        return there;
    }

    @Override
    public int sizeBytes() {
        return viewer.frame().sizeBytes();
    }

    @Override
    public FrameTime time() {
        return viewer.frame().time();
    }

    @Override
    public boolean key() {
        return viewer.frame().key();
    }

    @Override
    public StreamConfig config() {
        return viewer.frame().config();
    }

    @Override
    public boolean copyTo(ByteBuffer destination) {
        viewer.outgoing().clear();
        viewer.outgoing().addPayload(0, sizeBytes());
        try {
            viewer.outgoing().writeTo(destination::put, sizeBytes());
            return true;
        } catch (FrameLostException overtaken) {
            passedOver.incrementAndGet();
            return false;
        } catch (IOException impossible) {
            throw new IllegalStateException("memory refused a copy", impossible);
        } finally {
            viewer.outgoing().clear();
            viewer.release();
        }
    }

    @Override
    public long skipped() {
        return passedOver.get() + viewer.skippedFrames();
    }

    @Override
    public void close() {
        viewer.close();
    }
}
