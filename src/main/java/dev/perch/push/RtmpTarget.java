package dev.perch.push;

import dev.perch.config.PushConfig;
import dev.perch.flv.FlvWriter;
import dev.perch.flv.Metadata;
import dev.perch.flv.TagType;
import dev.perch.media.StreamConfig;
import dev.perch.memory.BudgetExceededException;
import dev.perch.memory.GrowingLease;
import dev.perch.rtmp.RtmpClient;
import dev.perch.rtmp.RtmpException;
import dev.perch.rtmp.RtmpMemory;
import dev.perch.rtmp.RtmpSession;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A server that speaks RTMP, over TCP or TLS. */
final class RtmpTarget implements Target, RtmpClient.Listener, RtmpMemory, ServerConnection.Reader {
    private static final System.Logger LOG = System.getLogger(RtmpTarget.class.getName());

    private static final int RTMP_PORT = 1935;
    private static final int RTMPS_PORT = 443;

    /** A size that every server accepts. */
    private static final int CHUNK_BYTES = 65_536;

    private static final long READY_NANOS = 10_000_000_000L;

    private final PushConfig config;
    private final GrowingLease lease;
    private final Object news = new Object();
    private volatile @Nullable ServerConnection connection; // written under news
    private @Nullable RtmpClient session; // guarded by news, like all below
    private long drawnBytes;
    private boolean ready;
    private String failure = "";
    private boolean cut;
    private byte[] message = new byte[0]; // used by the push's thread only

    /**
     * Creates the target.
     *
     * @param lease of its memory
     */
    RtmpTarget(PushConfig config, GrowingLease lease) {
        this.config = config;
        this.lease = lease;
    }

    @Override
    public void open() throws PushException {
        URI uri = config.uri();
        boolean tls = config.scheme().equals("rtmps");
        ServerConnection opened = ServerConnection.open(
                uri.getHost(), uri.getPort() >= 0 ? uri.getPort() : tls ? RTMPS_PORT : RTMP_PORT, tls);
        synchronized (news) {
            if (cut) {
                opened.close();
                throw new PushException("It was stopped.");
            }
            connection = opened;
            try {
                session = RtmpClient.publishing(
                        address(uri),
                        this,
                        CHUNK_BYTES,
                        ThreadLocalRandom.current().nextLong(),
                        this);
            } catch (RtmpException full) {
                throw new PushException(String.valueOf(full.getMessage()), full);
            }
            flush();
        }
        opened.read("perch-push-" + config.name(), this);
        awaitReady();
    }

    private static RtmpClient.Address address(URI uri) {
        String path = uri.getRawPath() == null ? "" : uri.getRawPath().replaceFirst("^/", "");
        int slash = path.lastIndexOf('/');
        String app = slash < 0 ? path : path.substring(0, slash);
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        String name = (slash < 0 ? "" : path.substring(slash + 1)) + query;
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        return new RtmpClient.Address(app, uri.getScheme() + "://" + uri.getHost() + port + "/" + app, name);
    }

    private void awaitReady() throws PushException {
        long end = System.nanoTime() + READY_NANOS;
        synchronized (news) {
            try {
                while (!ready && failure.isEmpty() && !cut) {
                    long left = end - System.nanoTime();
                    if (left <= 0) {
                        throw new PushException("The server does not take the stream: it says nothing for 10 s.");
                    }
                    TimeUnit.NANOSECONDS.timedWait(news, left);
                }
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new PushException("It was stopped.", stopped);
            }
            if (!ready) {
                throw new PushException(cut ? "It was stopped." : failure);
            }
        }
    }

    @Override
    public void bytes(byte[] piece, int count) throws PushException {
        synchronized (news) {
            RtmpClient open = session;
            if (open == null) {
                return;
            }
            try {
                open.receive(ByteBuffer.wrap(piece, 0, count));
                flush();
            } catch (RtmpException malformed) {
                throw new PushException(String.valueOf(malformed.getMessage()), malformed);
            }
        }
    }

    @Override
    public void ended(String why) {
        fail(why);
    }

    private void fail(String why) {
        synchronized (news) {
            if (failure.isEmpty()) {
                failure = config.redaction().redact(why);
            }
            news.notifyAll();
        }
    }

    @Override
    public void ready() {
        ready = true;
        news.notifyAll();
    }

    @Override
    public void refused(String code, String description) {
        fail("The server refuses the stream: " + code + (description.isEmpty() ? "" : " (" + description + ")") + ".");
    }

    @Override
    public void ended() {
        fail("The server has ended the stream.");
    }

    /** Sends the session's bytes. Called with the lock on {@link #news}. */
    private void flush() throws PushException {
        RtmpClient open = session;
        ServerConnection socket = connection;
        if (open != null && socket != null) {
            ByteBuffer pending = open.output();
            if (pending.hasRemaining()) {
                byte[] bytes = new byte[pending.remaining()];
                pending.get(bytes);
                socket.write(bytes, 0, bytes.length);
            }
        }
    }

    @Override
    public void describe(StreamConfig.H264 video, StreamConfig.@Nullable Aac sound, long millis) throws PushException {
        synchronized (news) {
            RtmpClient open = open(session);
            try {
                open.metadata(new Metadata(FlvWriter.fields(video, sound)));
                open.send(TagType.VIDEO, millis, FlvWriter.sequenceHeader(video));
                if (sound != null) {
                    open.send(TagType.AUDIO, millis, FlvWriter.sequenceHeader(sound));
                }
                flush();
            } catch (RtmpException full) {
                throw new PushException(String.valueOf(full.getMessage()), full);
            }
        }
    }

    private RtmpClient open(@Nullable RtmpClient present) throws PushException {
        if (present == null || !failure.isEmpty()) {
            throw new PushException(failure.isEmpty() ? "It is not connected." : failure);
        }
        return present;
    }

    @Override
    public void tag(int type, long millis, ByteBuffer body) throws PushException {
        ServerConnection socket;
        byte[] bytes;
        int count;
        synchronized (news) {
            RtmpClient open = open(session);
            flush();
            count = chunks(open, type, millis, body).position();
            bytes = message;
            socket = connection;
        }
        if (socket != null) { // outside the lock: a server that does not read would hold up our reading too
            socket.write(bytes, 0, count);
        }
    }

    private ByteBuffer chunks(RtmpClient open, int type, long millis, ByteBuffer body) throws PushException {
        int size = body.remaining();
        int chunks = size / CHUNK_BYTES + 1;
        ByteBuffer out = space(size + RtmpSession.MOST_HEAD_BYTES + chunks * RtmpSession.MOST_CONTINUATION_BYTES);
        open.messageHead(out, type, millis, size);
        ByteBuffer rest = body.duplicate();
        while (rest.hasRemaining()) {
            int count = Math.min(CHUNK_BYTES, rest.remaining());
            out.put(rest.slice(rest.position(), count));
            rest.position(rest.position() + count);
            if (rest.hasRemaining()) {
                open.continuationHead(out, type);
            }
        }
        return out;
    }

    private ByteBuffer space(int bytes) throws PushException {
        if (message.length < bytes) {
            int grown = bytes + bytes / 2;
            cover(drawnBytes + grown);
            message = new byte[grown];
        }
        return ByteBuffer.wrap(message);
    }

    private void cover(long bytes) throws PushException {
        try {
            lease.cover(bytes);
        } catch (BudgetExceededException full) {
            throw new PushException(String.valueOf(full.getMessage()), full);
        }
    }

    @Override
    public boolean draw(int bytes) {
        try {
            cover(drawnBytes + bytes + message.length);
            drawnBytes += bytes;
            return true;
        } catch (PushException full) {
            LOG.log(Level.DEBUG, "no memory for a push", full);
            return false;
        }
    }

    @Override
    public void giveBack(int bytes) {
        drawnBytes -= bytes;
    }

    @Override
    public long sentBytes() {
        ServerConnection socket = connection;
        return socket == null ? 0 : socket.sentBytes();
    }

    /** Ends the stream. Without this (FCUnpublish, deleteStream) a service waits for it to come back. */
    @Override
    public void finish() {
        synchronized (news) {
            RtmpClient open = session;
            if (open != null && ready && failure.isEmpty()) {
                try {
                    open.end();
                    flush();
                } catch (RtmpException | PushException gone) {
                    LOG.log(Level.DEBUG, "the server was not told of the end", gone);
                }
            }
        }
        cut();
    }

    @Override
    public void cut() {
        ServerConnection held = connection;
        if (held != null) {
            held.close(); // closed first: whoever waits for it may hold the lock
        }
        synchronized (news) {
            cut = true;
            ServerConnection socket = connection;
            if (socket != null) {
                socket.close();
            }
            RtmpClient open = session;
            session = null;
            if (open != null) {
                open.close();
            }
            news.notifyAll();
        }
    }
}
