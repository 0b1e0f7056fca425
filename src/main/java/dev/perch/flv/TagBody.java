package dev.perch.flv;

import dev.perch.media.MalformedBitstreamException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the bodies of one medium's tags, which arrive in pieces: first a head that tells its own length, then a frame, or a description that is
 * gathered.
 */
abstract class TagBody {
    private static final int MOST_HEAD_BYTES = 16;

    private final String gatheredName;
    private final int mostGatheredBytes;
    private final byte[] head = new byte[MOST_HEAD_BYTES];
    private int headBytes;
    private int neededBytes; // of the head, as far as known
    private boolean headRead;
    private int sizeBytes; // of the body
    private boolean open;
    private boolean framing; // whether into is a frame's memory
    private @Nullable ByteBuffer into; // where the rest goes; null: it is skipped

    /**
     * Creates a reader of bodies.
     *
     * @param gatheredName the name of the descriptions, for the message that one is too long
     * @param mostGatheredBytes the longest description accepted
     */
    TagBody(String gatheredName, int mostGatheredBytes) {
        this.gatheredName = gatheredName;
        this.mostGatheredBytes = mostGatheredBytes;
    }

    /** Returns the length of the head whose first {@code count} bytes are known: more than {@code count} if more must come first. */
    abstract int headBytes(byte[] head, int count);

    /** Handles a complete head by calling {@link #gather} or {@link #frame}; if it calls neither, the rest is skipped. */
    abstract void head(byte[] head, int restBytes) throws MalformedBitstreamException;

    /** Handles a complete description. */
    abstract void gathered(ByteBuffer bytes) throws MalformedBitstreamException;

    /** Publishes the frame that was begun. */
    abstract void publish();

    /** Drops the frame that was begun. */
    abstract void lost();

    final void begin(int bodyBytes) {
        abandon();
        sizeBytes = bodyBytes;
        headBytes = 0;
        neededBytes = 1;
        headRead = false;
        open = true;
    }

    /** Gathers the rest of the tag as a description. */
    final void gather(int restBytes) throws MalformedBitstreamException {
        if (restBytes > mostGatheredBytes) {
            throw new MalformedBitstreamException(gatheredName + " is too long", 0, restBytes);
        }
        into = ByteBuffer.allocate(restBytes);
    }

    /** Copies the rest of the tag, a frame, into {@code space}. */
    final void frame(ByteBuffer space) {
        into = space;
        framing = true;
    }

    /** Drops the current frame, if any, because no more of it comes. */
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
