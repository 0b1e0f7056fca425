package dev.perch.aac;

import dev.perch.media.FrameTime;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a stream of ADTS frames, arriving in pieces of any size, into raw data blocks (ISO/IEC 14496-3:2009 §1.A.2). A frame like those before it is
 * output as soon as it is whole; the first one, and one behind garbage or of another kind, only when the next header stands where it says. For one
 * thread at a time; nothing is allocated per frame, and the memory held does not grow.
 */
public final class AdtsSplitter {
    /** Room for a frame and the header behind it. */
    private static final int HELD_BYTES = 2 * (AdtsHeader.MAX_FRAME_BYTES + AdtsHeader.BYTES);

    /** Receives the frames. */
    public interface Output {
        /**
         * Called with each frame.
         *
         * @param config the same instance while the frames are of one kind
         * @param rawDataBlock without header, valid during the call only
         * @param time the time of the piece in which the frame began
         */
        void frame(AudioSpecificConfig config, ByteBuffer rawDataBlock, FrameTime time);

        /** Called once for each run of bytes that are no frame, and for each frame whose blocks cannot be separated. */
        void dropped();
    }

    private final Output output;
    private final byte[] held = new byte[HELD_BYTES];
    private final ByteBuffer memory = ByteBuffer.wrap(held);
    private final ByteBuffer block = ByteBuffer.wrap(held);
    private int begin;
    private int end;
    private @Nullable AudioSpecificConfig config;
    private int fixed; // the header of the frames that config describes
    private boolean inGarbage;
    private FrameTime began = new FrameTime(0, 0);

    public AdtsSplitter(Output output) {
        this.output = output;
    }

    /** Returns the bytes of memory held, always the same number. */
    public int capacityBytes() {
        return held.length;
    }

    /** Takes the bytes between position and limit, moves the position to the limit, and outputs each frame that they complete. */
    public void bytes(ByteBuffer piece, FrameTime time) {
        while (piece.hasRemaining()) {
            if (begin == end) {
                began = time;
            }
            if (held.length - end < piece.remaining()) {
                System.arraycopy(held, begin, held, 0, end - begin);
                end -= begin;
                begin = 0;
            }
            int count = Math.min(piece.remaining(), held.length - end);
            piece.get(held, end, count);
            end += count;
            scan(time, /* last= */ false);
        }
    }

    /** Outputs the last frame, which no header follows. Later bytes are a new stream. */
    public void end() {
        scan(began, /* last= */ true);
        if (begin < end && !inGarbage) {
            output.dropped();
        }
        begin = 0;
        end = 0;
        inGarbage = false;
        config = null;
    }

    private void scan(FrameTime time, boolean last) {
        while (end - begin >= AdtsHeader.BYTES) {
            if (!AdtsHeader.possible(memory, begin, end)) {
                garbage();
                continue;
            }
            int next = begin + AdtsHeader.frameBytes(memory, begin);
            boolean known = config != null && AdtsHeader.fixed(memory, begin) == fixed;
            if (last && !known && next > end) {
                garbage();
                continue;
            }
            if (next > end || (!known && !last && next + AdtsHeader.BYTES > end)) {
                return; // the rest is still to come
            }
            if (!known && !AdtsHeader.possible(memory, next, end)) {
                garbage();
                continue;
            }
            frame(next);
            begin = next;
            began = time;
        }
    }

    private void garbage() {
        if (!inGarbage) {
            output.dropped();
            inGarbage = true;
            config = null; // a syncword in garbage counts only with its successor
        }
        begin++;
        while (begin < end && held[begin] != (byte) 0xff) {
            begin++;
        }
    }

    private void frame(int next) {
        inGarbage = false;
        int header = AdtsHeader.fixed(memory, begin);
        AudioSpecificConfig current = config;
        if (current == null || header != fixed) {
            current = AdtsHeader.config(header);
            config = current;
            fixed = header;
        }
        if (AdtsHeader.blocks(memory, begin) > 1) {
            output.dropped(); // no encoder is known to do this: only a decoder finds the blocks' ends
        } else {
            block.limit(next).position(begin + AdtsHeader.headerBytes(memory, begin));
            output.frame(current, block, began);
        }
    }
}
