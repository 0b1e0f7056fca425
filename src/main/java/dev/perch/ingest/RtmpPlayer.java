package dev.perch.ingest;

import dev.perch.audience.Audience;
import dev.perch.audience.Delivery;
import dev.perch.audience.Departure;
import dev.perch.audience.ViewerTracks;
import dev.perch.camera.CameraState;
import dev.perch.camera.Watch;
import dev.perch.feed.Frame;
import dev.perch.feed.FrameLostException;
import dev.perch.media.Bytes;
import dev.perch.memory.Lease;
import dev.perch.rtmp.RtmpException;
import dev.perch.rtmp.RtmpServer;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** A player of a camera by RTMP. The session is used under the viewer's lock, because the pump sends through it. */
final class RtmpPlayer extends Delivery {
    private static final System.Logger LOG = System.getLogger(RtmpPlayer.class.getName());

    private final ReentrantLock lock;
    private final RtmpServer session;
    private final RtmpLine line;
    private final List<Watch> watches;
    private final MessageFraming framing;
    private final ViewerTracks tracks;
    private boolean started;
    private boolean inFrame; // whether a part of a frame was sent
    private ByteBuffer opening = ByteBuffer.allocate(0);

    /**
     * Creates a player that has not begun.
     *
     * @param watches of the pictures and, if there may be any, of the sound
     * @param lease closed at the end
     */
    RtmpPlayer(
            ReentrantLock lock,
            Audience audience,
            RtmpLine line,
            Lease lease,
            RtmpServer session,
            List<Watch> watches) {
        super(lock, audience, line, lease);
        this.lock = lock;
        this.session = session;
        this.line = line;
        this.watches = watches;
        this.framing = new MessageFraming(session.mediaStream());
        this.tracks = new ViewerTracks(watches.get(0), watches.size() > 1 ? watches.get(1) : null, framing);
    }

    void begin() {
        begin(watches);
    }

    /** Runs {@code handling}, which may use the session, and sends the bytes that result. */
    void handle(Handling handling) throws RtmpException, IOException {
        lock.lock();
        try {
            handling.run();
            if (!over()) {
                drain(nowNanos());
            }
        } finally {
            lock.unlock();
        }
    }

    /** Uses the session. */
    interface Handling {
        void run() throws RtmpException, IOException;
    }

    /** Called when the connection takes bytes again. */
    void room() {
        lock.lock();
        try {
            line.room();
            onWritable();
        } finally {
            lock.unlock();
        }
    }

    /** Called when the connection is over. */
    void gone() {
        lock.lock();
        try {
            onGone();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String technique() {
        return "rtmp";
    }

    @Override
    protected boolean begun() {
        return started;
    }

    @Override
    protected void await(boolean late) {
        CameraState state = watches.get(0).camera().state();
        Optional<String> trouble =
                state.failing() ? Optional.of(state.reason()) : watches.get(0).trouble();
        if (trouble.isPresent() || late) {
            String why = trouble.orElse("The camera gave no picture to begin with within " + waitedSeconds()
                    + " s; it is " + state.word() + ".");
            refuse(why);
        }
    }

    private void refuse(String why) {
        if (session.idle()) { // the client no longer wants to play
            end(Departure.GONE);
            return;
        }
        try {
            session.refuse("NetStream.Play.Failed", why);
            line.write(session.output());
        } catch (RtmpException | IOException gone) {
            LOG.log(Level.DEBUG, "a player is not told why it is refused", gone);
        }
        end(Departure.REFUSED);
    }

    @Override
    protected boolean hasMore(long nowNanos) throws FrameLostException {
        return !tracks.held().outgoing().isEmpty()
                || opening.hasRemaining()
                || session.output().hasRemaining()
                || nextFrame(nowNanos);
    }

    private boolean nextFrame(long nowNanos) throws FrameLostException {
        if (session.closing()) {
            end(Departure.GONE);
            return false;
        }
        if (!started && !tracks.knowsOfSound(nowNanos)) {
            return false;
        }
        while (tracks.advance(nowNanos)) {
            Frame frame = tracks.held().frame();
            boolean begins = started || (tracks.holdsPicture() && !frame.placeholder());
            if (begins && framing.wants(frame)) {
                if (!started && !start()) {
                    return false;
                }
                framing.frame(tracks.held(), tracks.held().outgoing());
                return true;
            }
        }
        return false;
    }

    private boolean start() {
        if (session.idle()) { // the client no longer wants to play
            end(Departure.GONE);
            return false;
        }
        try {
            session.acceptPlay();
            Bytes described = framing.opening(tracks.held());
            opening = described.buffer();
            started = true;
            return true;
        } catch (RtmpException full) {
            LOG.log(Level.DEBUG, "a player cannot begin", full);
            end(Departure.REFUSED);
            return false;
        }
    }

    /** Writes. The protocol's own bytes go between frames, and the descriptions of the tracks before the first frame. */
    @Override
    protected int write() throws IOException, FrameLostException {
        if (!inFrame && session.output().hasRemaining()) {
            return line.write(session.output());
        }
        if (opening.hasRemaining()) {
            return line.write(opening);
        }
        int sent = line.write(tracks.held().outgoing());
        inFrame = !tracks.held().outgoing().isEmpty();
        if (!inFrame) {
            left(tracks.held().frame().time().decodeNanos());
            tracks.held().release();
        }
        return sent;
    }

    @Override
    protected boolean idle() {
        return tracks.held().outgoing().isEmpty() && !session.output().hasRemaining();
    }

    @Override
    protected void heartbeat(long nowNanos) {
        framing.heartbeat(tracks.held(), tracks.held().outgoing());
    }

    @Override
    protected void sayGoodbye() {
        say("Perch is stopping.");
    }

    @Override
    protected void sayNotAllowed(String why) {
        say(why);
    }

    private void say(String why) {
        if (started && !inFrame) {
            try {
                session.end(why);
                line.write(session.output());
            } catch (RtmpException | IOException gone) {
                LOG.log(Level.DEBUG, "a player is not told of the end", gone);
            }
        }
    }
}
