package dev.perch.feed;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.Encoding;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** A viewer costs no allocation a frame. */
class HotPathAllocationTest {
    private static final int FRAMES = 200;

    private record Marking() implements Packager {
        @Override
        public int headBytes() {
            return 100;
        }

        @Override
        public void head(Frame frame, ByteBuffer head) {
            head.putLong(frame.sequence());
        }
    }

    private final Destination destination = source -> source.position(source.limit());
    private final TestFeed test = TestFeed.fixed(Encoding.JPEG, 1 << 20);

    @Test
    void advanceAndWrite_allocateNothing() throws Exception {
        Marking packager = new Marking();
        test.feed.attach(packager);
        Cursor cursor = test.feed.join(packager);
        for (int i = 0; i < 4; i++) {
            measure(cursor); // the arrays grow, classes are loaded
        }
        long bytes = 0;
        for (int i = 0; i < 20; i++) {
            bytes += measure(cursor);
        }
        assertTrue(bytes <= 20 * FRAMES, "bytes allocated for " + 20 * FRAMES + " frames: " + bytes);
    }

    private long measure(Cursor cursor) throws Exception {
        test.publishAll(FRAMES, 1_000);
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long id = Thread.currentThread().getId();
        long before = threads.getThreadAllocatedBytes(id);
        int written = 0;
        while (cursor.advance()) {
            Outgoing out = cursor.outgoing();
            out.addScratch(0, out.headBytes());
            for (int nal = 0; nal < 1_000; nal += 100) {
                cursor.payloadInt(nal);
                out.addPayload(nal, nal + 100);
            }
            while (!out.isEmpty()) {
                written += out.writeTo(destination, 333);
            }
        }
        long allocated = threads.getThreadAllocatedBytes(id) - before;
        assertTrue(written == FRAMES * (1_000 + 8), "all frames, with their heads");
        return allocated;
    }
}
