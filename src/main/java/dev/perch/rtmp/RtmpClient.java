package dev.perch.rtmp;

import dev.perch.flv.Amf;
import dev.perch.flv.Metadata;
import dev.perch.flv.TagSink;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The client's side of a connection: publishes one stream, or plays one (RTMP 1.0 §7.2). */
public final class RtmpClient extends RtmpSession {
    /**
     * A stream on a server.
     *
     * @param app the first part of the address's path
     * @param tcUrl the address without the stream's name, {@code rtmp://host/app}; with a port only if it is not the usual one
     * @param name the stream's name, with key and query
     */
    public record Address(String app, String tcUrl, String name) {
        /** Leaves out everything that could be a key. */
        @Override
        public String toString() {
            return "an RTMP address";
        }
    }

    /** Receives the client's events. Called within {@link #receive}. */
    public interface Listener {
        /** Called when media may be sent, or will come. */
        void ready() throws RtmpException;

        /**
         * Called when the server refuses. The caller must then close the connection.
         *
         * @param code such as {@code NetStream.Publish.BadName}
         * @param description the server's words, which may hold the stream's name
         */
        void refused(String code, String description);

        /** Called when the server has ended the stream. */
        void ended();
    }

    private static final int CONNECT = 1;
    private static final int RELEASE_STREAM = 2;
    private static final int FC_PUBLISH = 3;
    private static final int CREATE_STREAM = 4;
    private static final int BEGIN = 5; // publish or play
    private static final int END = 6;
    private static final int LIVE = -2; // live streams first, else recorded ones (§7.2.2.1)
    private static final int BUFFER_MILLIS = 3000;

    private enum State {
        CONNECTING,
        CREATING,
        BEGINNING,
        READY,
        OVER
    }

    private final Address address;
    private final Listener listener;
    private final @Nullable TagSink played; // null if the client publishes
    private State state = State.CONNECTING;
    private int stream;

    private RtmpClient(
            Address address, Listener listener, @Nullable TagSink played, int chunkBytes, long seed, RtmpMemory memory)
            throws RtmpException {
        super(/* server= */ false, chunkBytes, seed, memory);
        this.address = address;
        this.listener = listener;
        this.played = played;
    }

    /**
     * Creates a client that publishes once the server lets it. The opening bytes are in {@link #output}.
     *
     * @param chunkBytes the size of the chunks to send
     * @param seed for the handshake's random bytes
     * @throws RtmpException if there is no memory
     */
    public static RtmpClient publishing(
            Address address, Listener listener, int chunkBytes, long seed, RtmpMemory memory) throws RtmpException {
        return new RtmpClient(address, listener, null, chunkBytes, seed, memory);
    }

    /**
     * Creates a client that plays into {@code sink}.
     *
     * @param seed for the handshake's random bytes
     * @throws RtmpException if there is no memory
     */
    public static RtmpClient playing(Address address, Listener listener, TagSink sink, long seed, RtmpMemory memory)
            throws RtmpException {
        return new RtmpClient(address, listener, sink, ChunkReader.FIRST_CHUNK_BYTES, seed, memory);
    }

    /** Returns whether media may be sent, or will come. */
    public boolean ready() {
        return state == State.READY;
    }

    /** Sends the stream's description. Called when the client is ready, and whenever the description changes. */
    public void metadata(Metadata metadata) throws RtmpException {
        data(stream, new Amf.Text("@setDataFrame"), new Amf.Text("onMetaData"), new Amf.EcmaArray(metadata.fields()));
    }

    /** Tells the server that the stream ends. The caller then sends the rest of {@link #output} and closes the connection. */
    public void end() throws RtmpException {
        if (state == State.BEGINNING || state == State.READY) {
            if (played == null) {
                call("FCUnpublish", END, new Amf.Text(address.name()));
            }
            call("deleteStream", 0, new Amf.Numeric(stream));
        }
        state = State.OVER;
        media.open(null);
        closeSoon();
    }

    @Override
    void connected() throws RtmpException {
        announceChunks();
        Map<String, Amf> fields = new LinkedHashMap<>();
        fields.put("app", new Amf.Text(address.app()));
        fields.put("type", new Amf.Text("nonprivate"));
        fields.put("flashVer", new Amf.Text("FMLE/3.0 (compatible; Perch)"));
        fields.put("tcUrl", new Amf.Text(address.tcUrl()));
        if (played != null) {
            fields.put("fpad", new Amf.Bool(false));
            fields.put("capabilities", new Amf.Numeric(15));
            fields.put("audioCodecs", new Amf.Numeric(4071));
            fields.put("videoCodecs", new Amf.Numeric(252));
            fields.put("videoFunction", new Amf.Numeric(1));
        }
        invoke(COMMAND_STREAM, 0, new Amf.Text("connect"), new Amf.Numeric(CONNECT), new Amf.Obj(fields));
    }

    @Override
    boolean takes(int messageStream) {
        return played != null && state == State.READY && messageStream == stream;
    }

    @Override
    public int mediaStream() {
        return stream;
    }

    @Override
    void event(int event, int messageStream, int value) {
        if (event == STREAM_EOF && messageStream == stream && state == State.READY) {
            over();
        }
    }

    @Override
    void command(Command command) throws RtmpException {
        switch (command.name()) {
            case "_result" -> result(command);
            case "_error" -> error(command);
            case "onStatus" -> status(command);
            case "close" -> {
                if (state != State.OVER) {
                    over();
                }
            }
            default -> {} // onBWDone, onFCPublish …
        }
    }

    private void result(Command command) throws RtmpException {
        if (command.transaction() == CONNECT && state == State.CONNECTING) {
            state = State.CREATING;
            if (played == null) {
                call("releaseStream", RELEASE_STREAM, new Amf.Text(address.name()));
                call("FCPublish", FC_PUBLISH, new Amf.Text(address.name()));
            } else {
                announceWindow();
            }
            call("createStream", CREATE_STREAM);
        } else if (command.transaction() == CREATE_STREAM && state == State.CREATING) {
            double id = command.number(0, 0);
            if (id < 1 || id > Integer.MAX_VALUE) {
                refused("NetStream.Failed", "The server gave no stream.");
                return;
            }
            stream = (int) id;
            state = State.BEGINNING;
            begin();
        }
    }

    private void begin() throws RtmpException {
        boolean plays = played != null;
        if (plays) {
            bufferLength(stream, BUFFER_MILLIS);
        }
        invoke(
                STATUS_STREAM,
                stream,
                new Amf.Text(plays ? "play" : "publish"),
                new Amf.Numeric(BEGIN),
                new Amf.Null(),
                new Amf.Text(address.name()),
                plays ? new Amf.Numeric(LIVE) : new Amf.Text("live"));
    }

    /**
     * Handles an error. Errors in answer to releaseStream, FCPublish and the end are ignored: servers that do not know these commands send them.
     */
    private void error(Command command) {
        double transaction = command.transaction();
        if (transaction != RELEASE_STREAM && transaction != FC_PUBLISH && transaction != END) {
            refused(command.info("code"), command.info("description"));
        }
    }

    private void status(Command command) throws RtmpException {
        String code = command.info("code");
        if (command.info("level").equals("error")) {
            refused(code, command.info("description"));
            return;
        }
        switch (code) {
            case "NetStream.Publish.Start" -> started(/* plays= */ false);
            case "NetStream.Play.Start", "NetStream.Play.PublishNotify" -> started(/* plays= */ true);
            case "NetStream.Play.Stop",
                    "NetStream.Play.Complete",
                    "NetStream.Play.UnpublishNotify",
                    "NetStream.Unpublish.Success" -> {
                if (state == State.READY) {
                    over();
                }
            }
            default -> {} // Play.Reset, Data.Start …
        }
    }

    private void started(boolean plays) throws RtmpException {
        if (state == State.BEGINNING && plays == (played != null)) {
            state = State.READY;
            media.open(played);
            listener.ready();
        }
    }

    private void refused(String code, String description) {
        if (state != State.OVER) {
            state = State.OVER;
            media.open(null);
            closeSoon();
            listener.refused(code, description);
        }
    }

    private void over() {
        state = State.OVER;
        media.open(null);
        closeSoon();
        listener.ended();
    }

    private void call(String name, int transaction, Amf... arguments) throws RtmpException {
        Amf[] values = new Amf[3 + arguments.length];
        values[0] = new Amf.Text(name);
        values[1] = new Amf.Numeric(transaction);
        values[2] = new Amf.Null();
        System.arraycopy(arguments, 0, values, 3, arguments.length);
        invoke(COMMAND_STREAM, 0, values);
    }
}
