package dev.perch.flv;

import dev.perch.media.MalformedBitstreamException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The body of a tag of one medium, whose bytes arrive in pieces: a head of some bytes that tells its length itself, then a frame, or a description that is
 * gathered.
 */
abstract class TagBody {
    private static final int MOST_HEAD_BYTES = 16;

    private final String gatheredName;
    private final int mostGatheredBytes;
    private final byte[] head = new byte[MOST_HEAD_BYTES];
    private int headBytes;
    private int neededBytes; // of the head, as far as it is known
    private boolean headRead;
    private int sizeBytes; // of the body
    private boolean open;
    private boolean framing; // into is a frame's
    private @Nullable ByteBuffer into; // where the rest goes; nowhere: passed over

    /**
     * Makes a reader of bodies.
     *
     * @param gatheredName name of the descriptions, for messages that one is too long
     */
    TagBody(String gatheredName, int mostGatheredBytes) {
        this.gatheredName = gatheredName;
        this.mostGatheredBytes = mostGatheredBytes;
    }

    /**
     * Reads the head, of which {@code count} bytes are there.
     *
     * @return how many bytes it has: more than {@code count} where the rest has to come first
     */
    abstract int headBytes(byte[] head, int count);

    /** Acts on a head that is whole, by {@link #gather} or {@link #frame}; neither passes the rest over. */
    abstract void head(byte[] head, int restBytes) throws MalformedBitstreamException;

    /** Takes a description, all of which has been gathered. */
    abstract void gathered(ByteBuffer bytes) throws MalformedBitstreamException;

    /** Publishes the frame that was begun. */
    abstract void publish();

    /** Gives up the frame that was begun. */
    abstract void lost();

    final void begin(int bodyBytes) {
        abandon();
        sizeBytes = bodyBytes;
        headBytes = 0;
        neededBytes = 1;
        headRead = false;
        open = true;
    }

    /** The rest of the tag is gathered. */
    final void gather(int restBytes) throws MalformedBitstreamException {
        if (restBytes > mostGatheredBytes) {
            throw new MalformedBitstreamException(gatheredName + " is too long", 0, restBytes);
        }
        into = ByteBuffer.allocate(restBytes);
    }

    /** The rest of the tag is a frame, and goes into {@code space}. */
    final void frame(ByteBuffer space) {
        into = space;
        framing = true;
    }

    /** Gives up the frame that is under way, if any: no more of it comes. */
    final void abandon() {
        if (open && framing) {
            lost();
        }
        open = false;
        framing = false;
        into = null;
    }

    final void bytes(ByteBuffer piece) throws MalformedBitstreamException {
        while (!headRead && piece.hasRemaining()) {
            head[headBytes++] = piece.get();
            if (headBytes == neededBytes) {
                neededBytes = headBytes(head, headBytes);
                if (neededBytes == headBytes) {
                    headRead = true;
                    head(head, sizeBytes - headBytes);
                }
            }
        }
        ByteBuffer space = into;
        if (space != null) {
            space.put(piece);
        } else {
            piece.position(piece.limit());
        }
    }

    final void end() throws MalformedBitstreamException {
        open = false;
        ByteBuffer whole = into;
        if (framing) {
            publish();
        } else if (whole != null) {
            gathered(whole.flip());
        }
        into = null; // descriptions are not kept
        framing = false;
    }
}
