package dev.perch.cmaf;

import dev.perch.feed.Destination;
import dev.perch.memory.BudgetExceededException;
import java.io.IOException;

/**
 * Takes the segments that a {@link Segmenter} makes: the window in memory, or a file. Called by the segmenter's thread only, in this order:
 *
 * <pre>
 * { init?  open  { fragment  commit  part? }  measured?  close }
 * </pre>
 *
 * <p>Fragments of several tracks follow each other in the order of their frames; only those of the leading track make a segment longer.
 */
public interface SegmentTaker {
    /** Takes an init segment, which the segments opened from now on need. */
    void init(Init init);

    /** Begins a segment. */
    void open(SegmentHead head);

    /**
     * Makes room for the next fragment of the open segment and forgets what was written of one that was not committed.
     *
     * @return where its bytes go, as many as {@code sizeBytes}
     * @throws BudgetExceededException when there is no memory for them
     * @throws IOException when there is no other room for them
     */
    Destination fragment(int sizeBytes) throws BudgetExceededException, IOException;

    /**
     * Takes the fragment that was written.
     *
     * @param addedTicks by how much it makes the segment longer
     * @param key whether a decoder can begin with it
     * @param fullLength whether the segment is as long by now as the one before it, so that the next fragment probably begins another
     */
    void commit(int addedTicks, boolean key, boolean fullLength);

    /** Makes a part of the fragments since the last one, or since the segment's begin. */
    void part();

    /** Tells the limits of all segments and parts of the presentation; once, before the first segment is closed. */
    default void measured(Geometry geometry) {}

    /** Ends the open segment. If it has no fragment, it never was, and its number is given to the next. */
    void close();
}
