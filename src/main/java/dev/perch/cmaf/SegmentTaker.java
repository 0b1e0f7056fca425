package dev.perch.cmaf;

import dev.perch.feed.Destination;
import dev.perch.memory.BudgetExceededException;
import java.io.IOException;

/**
 * Receives the segments that a {@link Segmenter} makes: the window in memory, or a file. Called by the segmenter's thread only, in this order:
 *
 * <pre>
 * { init?  open  { fragment  commit  part? }  measured?  close }
 * </pre>
 *
 * <p>Fragments of several tracks follow each other in the order of their frames; only those of the leading track add to a segment's duration.
 */
public interface SegmentTaker {
    /** Called with an init segment, which the segments opened from now on need. */
    void init(Init init);

    /** Called at the beginning of a segment. */
    void open(SegmentHead head);

    /**
     * Makes room for the next fragment of the open segment, and drops an uncommitted one.
     *
     * @return the destination of its {@code sizeBytes} bytes
     * @throws BudgetExceededException if there is no memory
     * @throws IOException if there is no other room
     */
    Destination fragment(int sizeBytes) throws BudgetExceededException, IOException;

    /**
     * Called when the fragment is written.
     *
     * @param addedTicks what it adds to the segment's duration
     * @param key whether a decoder can begin with it
     * @param fullLength whether the segment is as long as the one before, so that the next fragment probably begins another
     */
    void commit(int addedTicks, boolean key, boolean fullLength);

    /** Called at the end of a part: the fragments since the last one, or since the segment's beginning. */
    void part();

    /** Called once, before the first segment is closed, with the limits of all segments and parts of the presentation. */
    default void measured(Geometry geometry) {}

    /** Called at the end of the open segment. If it has no fragment, it does not count, and the next one gets its number. */
    void close();
}
