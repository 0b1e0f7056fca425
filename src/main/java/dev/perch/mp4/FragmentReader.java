package dev.perch.mp4;

import dev.perch.media.MalformedBitstreamException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Reads the head of a movie fragment (ISO/IEC 14496-12:2015 §8.8): where its samples lie and when they are shown. */
public final class FragmentReader {
    private static final int MOST_SAMPLES = 100_000;
    private static final int NON_SYNC = 0x01_0000;

    private FragmentReader() {}

    /** Receives the samples of a fragment, track by track. */
    public interface Samples {
        /**
         * Called at the beginning of a track's samples, which lie one behind the other.
         *
         * @param decodeTicks of the first sample, in the timescale of the track
         * @param offset from the first byte of the {@code moof}
         */
        void run(int trackId, long decodeTicks, int offset) throws MalformedBitstreamException;

        /** Called with the next sample of the run; times in the timescale of the track. */
        void sample(int durationTicks, int sizeBytes, boolean key, int compositionTicks)
                throws MalformedBitstreamException;
    }

    /** Reads a whole {@code moof}; the samples' offsets count from its first byte. */
    public static void read(ByteBuffer moof, Samples samples) throws MalformedBitstreamException {
        ByteBuffer in = Boxes.require(moof, "moof").payload();
        for (Optional<Boxes.Box> box = Boxes.next(in); box.isPresent(); box = Boxes.next(in)) {
            if (box.get().type() == Fourcc.TRAF) {
                traf(box.get().payload(), samples);
            }
        }
    }

    private static void traf(ByteBuffer traf, Samples samples) throws MalformedBitstreamException {
        Fields head = new Fields(Boxes.require(traf, "tfhd").payload());
        int flags = head.next();
        int trackId = head.next();
        if ((flags & 1) != 0 || (flags & Fragment.DEFAULT_BASE_IS_MOOF) == 0) {
            throw new MalformedBitstreamException("offsets count from the moof", 0, flags);
        }
        head.skip(flags & 0x2);
        int duration = head.orZero(flags & 0x8);
        int size = head.orZero(flags & 0x10);
        int sampleFlags = head.orZero(flags & 0x20);
        Fields time = new Fields(Boxes.require(traf, "tfdt").payload());
        boolean wide = time.next() >>> 24 == 1;
        long decodeTicks =
                wide ? ((long) time.next() << 32) | (time.next() & 0xffff_ffffL) : time.next() & 0xffff_ffffL;
        Fields run = new Fields(Boxes.require(traf, "trun").payload());
        int present = run.next();
        int count = run.next();
        if (count < 0 || count > MOST_SAMPLES || (present & 1) == 0) {
            throw new MalformedBitstreamException("a run tells where it lies, and has few samples", 0, count);
        }
        samples.run(trackId, decodeTicks, run.next());
        int first = (present & 0x4) != 0 ? run.next() : sampleFlags;
        for (int i = 0; i < count; i++) {
            int sampleDuration = (present & 0x100) != 0 ? run.next() : duration;
            int sampleSize = (present & 0x200) != 0 ? run.next() : size;
            int own = (present & 0x400) != 0 ? run.next() : i == 0 ? first : sampleFlags;
            int composition = run.orZero(present & 0x800);
            if (sampleDuration < 0 || sampleSize < 0) {
                throw new MalformedBitstreamException("a sample has a duration and a size", 0, sampleSize);
            }
            samples.sample(sampleDuration, sampleSize, (own & NON_SYNC) == 0, composition);
        }
    }

    private record Fields(ByteBuffer in) {
        int next() throws MalformedBitstreamException {
            if (in.remaining() < Integer.BYTES) {
                throw new MalformedBitstreamException("a box is cut off", in.position(), in.remaining());
            }
            return in.getInt();
        }

        int orZero(int flag) throws MalformedBitstreamException {
            return flag == 0 ? 0 : next();
        }

        void skip(int flag) throws MalformedBitstreamException {
            orZero(flag);
        }
    }
}
