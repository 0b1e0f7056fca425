package dev.perch.push;

import dev.perch.flv.FlvWriter;
import dev.perch.flv.TagType;
import dev.perch.media.Bytes;
import dev.perch.media.StreamConfig;
import dev.perch.memory.BudgetExceededException;
import dev.perch.memory.GrowingLease;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A target that receives a stream of Flash video. */
abstract class FlvTarget implements Target {
    private static final int AROUND_BYTES = FlvWriter.TAG_HEAD_BYTES + FlvWriter.TAG_TAIL_BYTES;

    private final GrowingLease lease;
    private byte[] space = new byte[0];
    private boolean begun;

    /**
     * Creates the target.
     *
     * @param lease of its memory
     */
    FlvTarget(GrowingLease lease) {
        this.lease = lease;
    }

    /**
     * Sends the next bytes of the stream. May wait.
     *
     * @throws PushException if the server is gone
     */
    abstract void write(byte[] bytes, int count) throws PushException;

    @Override
    public void describe(StreamConfig.H264 video, StreamConfig.@Nullable Aac sound, long millis) throws PushException {
        Bytes metadata = FlvWriter.metadata(video, sound);
        Bytes pictures = FlvWriter.sequenceHeader(video);
        Bytes sounds = sound == null ? Bytes.empty() : FlvWriter.sequenceHeader(sound);
        ByteBuffer out =
                space(FlvWriter.HEADER_BYTES + 3 * AROUND_BYTES + metadata.size() + pictures.size() + sounds.size());
        if (!begun) {
            FlvWriter.header(out, /* video= */ true, sound != null);
            begun = true;
        }
        FlvWriter.tag(out, TagType.SCRIPT, millis, metadata);
        FlvWriter.tag(out, TagType.VIDEO, millis, pictures);
        if (sound != null) {
            FlvWriter.tag(out, TagType.AUDIO, millis, sounds);
        }
        write(space, out.position());
    }

    @Override
    public void tag(int type, long millis, ByteBuffer body) throws PushException {
        int size = body.remaining();
        ByteBuffer out = space(size + AROUND_BYTES);
        FlvWriter.tagHead(out, type, millis, size);
        out.put(body.duplicate());
        FlvWriter.tagTail(out, size);
        write(space, out.position());
    }

    private ByteBuffer space(int bytes) throws PushException {
        if (space.length < bytes) {
            int grown = bytes + bytes / 2;
            try {
                lease.cover(grown);
            } catch (BudgetExceededException full) {
                throw new PushException(String.valueOf(full.getMessage()), full);
            }
            space = new byte[grown];
        }
        return ByteBuffer.wrap(space);
    }
}
