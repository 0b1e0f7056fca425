package dev.perch.codec;

import dev.perch.media.ForwardingSink;
import dev.perch.media.FrameSink;
import dev.perch.media.StreamConfig;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Passes the frames of several workers to one sink, in the order in which their pictures were taken. A worker whose frame is ready early waits for
 * earlier ones; no lock is held while anybody encodes.
 */
final class FrameOrder {
    private final FrameSink sink;
    private long next = 1; // guarded by this
    private @Nullable StreamConfig told; // used by the worker whose turn it is

    FrameOrder(FrameSink sink) {
        this.sink = sink;
    }

    /** Returns the sink for another worker. */
    Place place() {
        return new Place();
    }

    private synchronized void await(long number) {
        boolean interrupted = false;
        while (next != number) {
            try {
                wait();
            } catch (InterruptedException asked) {
                interrupted = true; // earlier frames are on their way
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void pass() {
        next++;
        notifyAll();
    }

    /** The sink as one worker sees it. Used by that worker only. */
    final class Place extends ForwardingSink {
        private long number;
        private @Nullable StreamConfig config;
        private boolean myTurn;

        private Place() {
            super(sink);
        }

        /** Begins the frame of the picture that was taken as number {@code number}, from 1. */
        void take(long number) {
            this.number = number;
            myTurn = false;
        }

        /** Ends that frame, published or not: waits for earlier frames, then passes the turn on. */
        void leave() {
            if (!myTurn) {
                await(number);
            }
            pass();
        }

        @Override
        public void configure(StreamConfig next) {
            config = next;
        }

        @Override
        public Optional<ByteBuffer> claim(int sizeBytes) {
            if (!myTurn) {
                await(number);
                myTurn = true;
            }
            StreamConfig mine = config;
            if (mine != null && !mine.equals(told)) {
                told = mine;
                sink.configure(mine);
            }
            return sink.claim(sizeBytes);
        }
    }
}
