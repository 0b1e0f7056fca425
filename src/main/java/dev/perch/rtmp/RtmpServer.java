package dev.perch.rtmp;

import dev.perch.flv.Amf;
import dev.perch.flv.Metadata;
import dev.perch.flv.TagSink;
import dev.perch.flv.TagType;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The server's side of a connection: answers a client's commands (RTMP 1.0 §7.2) as ffmpeg, OBS, GStreamer, librtmp and hardware encoders expect it,
 * and asks its listener who may publish and play. One stream at a time.
 */
public final class RtmpServer extends RtmpSession {
    /** Decides about requests and receives published media. Called within {@link #receive}. */
    public interface Listener {
        /**
         * Called when a client wants to publish. The listener answers by {@link #acceptPublish} or {@link #refuse}, now or later; until then media
         * are dropped.
         */
        void publishWanted(StreamRequest request) throws RtmpException;

        /** Called when a client wants to play. The listener answers by {@link #acceptPlay} or {@link #refuse}, now or later. */
        void playWanted(StreamRequest request) throws RtmpException;

        /** Called when the player pauses or resumes. */
        default void paused(boolean paused) {
            // a live stream goes on
        }

        /**
         * Called when the player turns pictures or sound on or off.
         *
         * @param type one of {@link TagType}
         */
        default void wanted(int type, boolean wanted) {
            // the default sends everything
        }

        /** Called with the length of the player's buffer. */
        default void bufferLength(int millis) {
            // a live stream does not depend on it
        }

        /** Called when the client has ended what it published, played or asked for. Not called when the connection is gone. */
        void ended();
    }

    private enum State {
        IDLE,
        PUBLISH_WANTED,
        PUBLISHING,
        PLAY_WANTED,
        PLAYING
    }

    /** More than encoders create: some create a new stream for each attempt. */
    private static final int MOST_STREAMS = 1000;

    private final Listener listener;
    private State state = State.IDLE;
    private boolean connectedToApp;
    private String app = "";
    private String tcUrl = "";
    private String client = "";
    private int streams;
    private int stream; // the message stream that is published or played
    private boolean reset;

    /**
     * Creates the server's side of one connection.
     *
     * @param chunkBytes the size of the chunks to send: if a frame fits, it goes out in one piece
     * @param seed for the handshake's random bytes
     * @throws RtmpException if there is no memory
     */
    public RtmpServer(Listener listener, int chunkBytes, long seed, RtmpMemory memory) throws RtmpException {
        super(/* server= */ true, chunkBytes, seed, memory);
        this.listener = listener;
    }

    /** Returns whether the client publishes, plays and asks for nothing. */
    public boolean idle() {
        return state == State.IDLE;
    }

    /** Lets the client publish into {@code sink}. */
    public void acceptPublish(TagSink sink) throws RtmpException {
        require(State.PUBLISH_WANTED);
        state = State.PUBLISHING;
        media.open(sink);
        userControl(STREAM_BEGIN, stream);
        status("status", "NetStream.Publish.Start", "Publishing.");
    }

    /** Lets the client play. Media are then sent by {@link #send}, or behind the heads that this class writes. */
    public void acceptPlay() throws RtmpException {
        require(State.PLAY_WANTED);
        state = State.PLAYING;
        userControl(STREAM_BEGIN, stream);
        if (reset) {
            status("status", "NetStream.Play.Reset", "Playing from its beginning.");
        }
        status("status", "NetStream.Play.Start", "Playing.");
        data(stream, new Amf.Text("|RtmpSampleAccess"), new Amf.Bool(true), new Amf.Bool(true));
    }

    /** Sends the stream's description to a player. Called after {@link #acceptPlay}. */
    public void metadata(Metadata metadata) throws RtmpException {
        data(stream, new Amf.Text("onMetaData"), new Amf.EcmaArray(metadata.fields()));
    }

    /**
     * Refuses the client's request; the connection then closes.
     *
     * @param code such as {@code NetStream.Publish.BadName}, {@code NetStream.Publish.Denied}, {@code NetStream.Play.StreamNotFound}
     * @param why a sentence for people
     */
    public void refuse(String code, String why) throws RtmpException {
        if (state != State.PUBLISH_WANTED && state != State.PLAY_WANTED) {
            throw new IllegalStateException("nothing is wanted: state=" + state);
        }
        state = State.IDLE;
        status("error", code, why);
        closeSoon();
    }

    /** Ends the stream from this side, for example when a player's camera is gone; the connection then closes. */
    public void end(String why) throws RtmpException {
        State before = state;
        state = State.IDLE;
        media.open(null);
        if (before == State.PLAYING) {
            status("status", "NetStream.Play.UnpublishNotify", why);
            userControl(STREAM_EOF, stream);
            status("status", "NetStream.Play.Stop", why);
        } else if (before == State.PUBLISHING) {
            status("error", "NetStream.Publish.Failed", why);
        }
        closeSoon();
    }

    private void require(State wanted) {
        if (state != wanted) {
            throw new IllegalStateException("not wanted: state=" + state);
        }
    }

    @Override
    void connected() {
        // the client speaks first
    }

    @Override
    boolean takes(int messageStream) {
        return state == State.PUBLISHING && messageStream == stream;
    }

    @Override
    public int mediaStream() {
        return stream;
    }

    @Override
    void event(int event, int messageStream, int value) {
        if (event == SET_BUFFER_LENGTH) {
            listener.bufferLength(Math.max(0, value));
        }
    }

    @Override
    void command(Command command) throws RtmpException {
        if (command.name().equals("connect")) {
            connect(command);
            return;
        }
        if (!connectedToApp) {
            throw new RtmpException("The client sends commands before it connects.");
        }
        switch (command.name()) {
            case "releaseStream", "_checkbw" -> answer(command, new Amf.Null());
            case "getStreamLength" -> answer(command, new Amf.Numeric(0)); // 0 for live
            case "FCPublish" -> announced(command, "onFCPublish", "NetStream.Publish.Start");
            case "FCSubscribe" -> announced(command, "onFCSubscribe", "NetStream.Play.Start");
            case "FCUnpublish" -> {
                announced(command, "onFCUnpublish", "NetStream.Unpublish.Success");
                endOf(State.PUBLISHING, State.PUBLISH_WANTED);
            }
            case "createStream" -> createStream(command);
            case "publish" -> publish(command);
            case "play" -> play(command);
            case "deleteStream" -> delete((int) command.number(0, 0));
            case "closeStream" -> delete(command.messageStream());
            default -> control(command);
        }
    }

    /** Handles a player's commands for its stream (§7.2.2.4 to §7.2.2.8). Unknown commands get no answer, as from other servers. */
    private void control(Command command) throws RtmpException {
        switch (command.name()) {
            case "pause" -> {
                boolean paused = command.flag(0, false);
                listener.paused(paused);
                status("status", paused ? "NetStream.Pause.Notify" : "NetStream.Unpause.Notify", "Heard.");
            }
            case "seek" -> status("warning", "NetStream.Seek.Failed", "The stream is live.");
            case "receiveAudio" -> listener.wanted(TagType.AUDIO, command.flag(0, true));
            case "receiveVideo" -> listener.wanted(TagType.VIDEO, command.flag(0, true));
            default -> {}
        }
    }

    private void connect(Command command) throws RtmpException {
        if (connectedToApp) {
            throw new RtmpException("The client connects twice.");
        }
        connectedToApp = true;
        app = command.field("app");
        tcUrl = command.field("tcUrl");
        client = command.field("flashVer");
        announceWindow();
        limitPeer();
        announceChunks();
        Map<String, Amf> properties = new LinkedHashMap<>();
        properties.put("fmsVer", new Amf.Text("FMS/3,0,1,123")); // every server says this; some clients look
        properties.put("capabilities", new Amf.Numeric(31));
        Map<String, Amf> info = Status.fields("status", "NetConnection.Connect.Success", "Connected.");
        info.put("objectEncoding", new Amf.Numeric(0));
        reply("_result", command, new Amf.Obj(properties), new Amf.Obj(info));
    }

    private void createStream(Command command) throws RtmpException {
        if (streams == MOST_STREAMS) {
            throw new RtmpException("The client creates more than " + MOST_STREAMS + " streams.");
        }
        answer(command, new Amf.Numeric(++streams));
    }

    private void publish(Command command) throws RtmpException {
        if (begins(command, State.PUBLISH_WANTED)) {
            listener.publishWanted(new StreamRequest(app, tcUrl, command.text(0), client));
        }
    }

    private void play(Command command) throws RtmpException {
        reset = command.flag(3, true);
        if (begins(command, State.PLAY_WANTED)) {
            listener.playWanted(new StreamRequest(app, tcUrl, command.text(0), client));
        }
    }

    private boolean begins(Command command, State wanted) throws RtmpException {
        int asked = command.messageStream();
        if (state != State.IDLE || asked < 1 || asked > streams) {
            invokeStatus(
                    asked, "error", "NetStream.Failed", "One stream at a time, on a message stream that was created.");
            return false;
        }
        stream = asked;
        state = wanted;
        return true;
    }

    private void delete(int deleted) throws RtmpException {
        if (deleted != stream) {
            return;
        }
        if (state == State.PUBLISHING) {
            status("status", "NetStream.Unpublish.Success", "Published no longer.");
        }
        endOf(State.values());
    }

    private void endOf(State... states) {
        for (State each : states) {
            if (state == each && each != State.IDLE) {
                state = State.IDLE;
                media.open(null);
                listener.ended();
                return;
            }
        }
    }

    private void announced(Command command, String event, String code) throws RtmpException {
        answer(command, new Amf.Null());
        invoke(
                COMMAND_STREAM,
                command.messageStream(),
                new Amf.Text(event),
                new Amf.Numeric(0),
                new Amf.Null(),
                Status.of("status", code, "Heard."));
    }

    private void answer(Command command, Amf value) throws RtmpException {
        reply("_result", command, new Amf.Null(), value);
    }

    private void reply(String name, Command command, Amf object, Amf value) throws RtmpException {
        invoke(COMMAND_STREAM, 0, new Amf.Text(name), new Amf.Numeric(command.transaction()), object, value);
    }

    private void status(String level, String code, String description) throws RtmpException {
        invokeStatus(stream, level, code, description);
    }

    private void invokeStatus(int messageStream, String level, String code, String description) throws RtmpException {
        invoke(
                STATUS_STREAM,
                messageStream,
                new Amf.Text("onStatus"),
                new Amf.Numeric(0),
                new Amf.Null(),
                Status.of(level, code, description));
    }
}
