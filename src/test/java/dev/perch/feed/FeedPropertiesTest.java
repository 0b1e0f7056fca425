package dev.perch.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.Encoding;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Any order of publishing, joining, writing, leaving: what a viewer reads is whole, in order, and what it missed is counted. */
class FeedPropertiesTest {
    enum Deed {
        PUBLISH,
        PUBLISH_KEY,
        JOIN,
        ADVANCE,
        WRITE,
        FINISH,
        RELEASE,
        LEAVE,
        RELEASE_MEMORY
    }

    record Step(Deed deed, int viewer, int amount) {}

    @Provide
    Arbitrary<Step> steps() {
        return Combinators.combine(
                        Arbitraries.frequency(
                                Tuple.of(16, Deed.PUBLISH),
                                Tuple.of(3, Deed.PUBLISH_KEY),
                                Tuple.of(3, Deed.JOIN),
                                Tuple.of(8, Deed.ADVANCE),
                                Tuple.of(8, Deed.WRITE),
                                Tuple.of(8, Deed.FINISH),
                                Tuple.of(1, Deed.RELEASE),
                                Tuple.of(1, Deed.LEAVE)),
                        Arbitraries.integers().between(0, 7),
                        Arbitraries.integers().between(1, 2_000))
                .as(Step::new);
    }

    @Property(tries = 400)
    void fixedJpegRing(
            @ForAll @Size(min = 60, max = 400) List<@From("steps") Step> steps,
            @ForAll @IntRange(min = 1_000, max = 12_000) int ringBytes) {
        run(TestFeed.fixed(Encoding.JPEG, ringBytes), Encoding.JPEG, steps);
    }

    @Property(tries = 400)
    void fixedVideoRing(
            @ForAll @Size(min = 60, max = 400) List<@From("steps") Step> steps,
            @ForAll @IntRange(min = 1_000, max = 12_000) int ringBytes) {
        run(TestFeed.fixed(Encoding.H264, ringBytes), Encoding.H264, steps);
    }

    @Property(tries = 100)
    void growingVideoRing(
            @ForAll @Size(min = 60, max = 400) List<@From("steps") Step> steps,
            @ForAll @IntRange(min = 1, max = 200) int times) {
        List<Step> larger = new ArrayList<>();
        steps.forEach(step -> larger.add(new Step(step.deed(), step.viewer(), step.amount() * times / 4 + 1)));
        run(TestFeed.growing(Encoding.H264, 3 << 20, 1 << 20), Encoding.H264, larger);
    }

    @Property(tries = 100)
    void memoryReleasedInBetween(
            @ForAll @Size(min = 40, max = 200) List<@From("steps") Step> steps,
            @ForAll @IntRange(min = 2, max = 40) int every) {
        List<Step> more = new ArrayList<>();
        for (int i = 0; i < steps.size(); i++) {
            more.add(steps.get(i));
            if (i % every == 0) {
                more.add(new Step(Deed.RELEASE_MEMORY, 0, 1));
            }
        }
        run(TestFeed.fixed(Encoding.JPEG, 8_000), Encoding.JPEG, more);
    }

    private static void run(TestFeed test, Encoding encoding, List<Step> steps) {
        List<ModelViewer> viewers = new ArrayList<>();
        ModelViewer swift = new ModelViewer(test.feed, encoding);
        long swiftFrames = 0;
        long refused = 0;
        long published = 0;
        for (Step step : steps) {
            if (viewers.isEmpty()) {
                viewers.add(new ModelViewer(test.feed, encoding));
            }
            ModelViewer one = viewers.get(step.viewer() % viewers.size());
            switch (step.deed()) {
                case PUBLISH, PUBLISH_KEY -> {
                    boolean key = encoding == Encoding.JPEG || step.deed() == Deed.PUBLISH_KEY;
                    boolean whole = test.publish(step.amount(), key);
                    refused += whole ? 0 : 1;
                    published += whole ? 1 : 0;
                    swiftFrames += swift.advance() ? 1 : 0;
                    swift.write(Integer.MAX_VALUE);
                    assertFalse(swift.cursor.jumped() && whole, "a viewer that keeps up misses nothing");
                }
                case JOIN -> viewers.add(new ModelViewer(test.feed, encoding));
                case ADVANCE -> one.advance();
                case WRITE -> one.write(step.amount());
                case FINISH -> one.write(Integer.MAX_VALUE);
                case RELEASE -> one.cursor.release();
                case LEAVE -> one.leave();
                case RELEASE_MEMORY -> test.feed.releaseMemory();
            }
        }
        assertEquals(refused, test.feed.stats().dropped());
        assertEquals(published, test.published());
        assertEquals(swiftFrames + swift.waitedFor, published);
        long skipped = 0;
        for (ModelViewer viewer : viewers) {
            viewer.drain();
            skipped += viewer.cursor.skippedFrames();
        }
        assertEquals(skipped, test.feed.stats().skipped());
        viewers.forEach(ModelViewer::leave);
        swift.leave();
        test.feed.releaseMemory();
        assertEquals(0, test.budget.leasedBytes());
        assertEquals(0, test.pool.openArenas());
    }

    /** What a viewer must see, told from what it has seen. */
    private static final class ModelViewer {
        final Cursor cursor;
        final Encoding encoding;
        final CheckingDestination destination = new CheckingDestination();
        final long joinedAt;
        long last = -1;
        long received;
        long waitedFor;
        boolean left;
        boolean whole = true;

        ModelViewer(Feed feed, Encoding encoding) {
            this.cursor = feed.join(null);
            this.encoding = encoding;
            this.joinedAt = cursor.next;
        }

        boolean advance() {
            if (!TestFeed.next(cursor)) {
                if (received == 0 && cursor.skippedFrames() == 0) {
                    waitedFor = cursor.next - joinedAt;
                }
                return false;
            }
            assertFalse(left, "a viewer that left gets nothing");
            Frame frame = cursor.frame();
            assertTrue(frame.sequence() > last, "sequences rise");
            if (received == 0) {
                waitedFor = frame.sequence() - joinedAt - cursor.skippedFrames();
                assertTrue(encoding == Encoding.H264 || waitedFor == 0, "only video waits");
            } else {
                assertEquals(frame.sequence() != last + 1, cursor.jumped());
            }
            if (encoding == Encoding.H264 && (received == 0 || cursor.jumped())) {
                assertTrue(frame.key(), "video starts and resumes at a key frame: sequence=" + frame.sequence());
            }
            last = frame.sequence();
            received++;
            assertEquals(frame.sequence() + 1 - joinedAt, received + waitedFor + cursor.skippedFrames());
            destination.begin(frame);
            whole = true;
            return true;
        }

        void write(int mostBytes) {
            if (cursor.outgoing().isEmpty() || !holds()) {
                return;
            }
            try {
                destination.allow(mostBytes);
                cursor.outgoing().writeTo(destination, mostBytes);
            } catch (FrameLostException lost) {
                whole = false;
                cursor.release();
                cursor.outgoing().clear();
            } catch (IOException impossible) {
                throw new AssertionError(impossible);
            }
            if (whole && cursor.outgoing().isEmpty()) {
                assertEquals(cursor.frame().sizeBytes(), destination.offset());
            }
        }

        private boolean holds() {
            try {
                cursor.payloadInt(0);
                return true;
            } catch (FrameLostException lost) {
                return true; // write() finds it out again
            } catch (IllegalStateException released) {
                return false;
            } catch (IndexOutOfBoundsException moved) {
                return true; // shorter than a number, or its first bytes were written and the rest moved
            }
        }

        void drain() {
            write(Integer.MAX_VALUE);
            while (advance()) {
                write(Integer.MAX_VALUE);
            }
            if (!left && received > 0) {
                assertTrue(
                        cursor.next == joinedAt + received + waitedFor + cursor.skippedFrames() || cursor.awaitingKey);
            }
        }

        void leave() {
            left = true;
            cursor.close();
        }
    }
}
