package dev.perch.websocket;

import dev.perch.feed.Frame;
import dev.perch.feed.Packager;
import dev.perch.media.Bytes;
import dev.perch.media.StreamConfig;
import dev.perch.mp4.InitSegment;
import dev.perch.mp4.MovieTrack;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * Writes the bytes before a payload, once per frame for all viewers: the WebSocket frame's header and the message's own head.
 *
 * <pre>
 * header   2, 4 or 10   RFC 6455 §5.2: final, binary, not masked
 * kind     u8           1 JPEG, 2 access unit, 3 fragment, 4 init segment, 5 fragment of sound
 * flags    u8           1 key frame, 2 follows a gap, 4 placeholder
 * camera   u16
 * sequence u32          counts the camera's frames in this format
 * captured u64          microseconds since 1970-01-01T00:00:00Z
 * </pre>
 * Equal records are the same packager.
 *
 * @param camera the camera's number in messages
 */
public record MessageHeads(int camera, PayloadFormat format) implements Packager {
    /** The length of a message's own head. */
    public static final int MESSAGE_HEAD_BYTES = 16;

    private static final int KEY = 1;
    private static final int AFTER_GAP = 2;
    private static final int PLACEHOLDER = 4;

    @Override
    public int headBytes() {
        return ServerFrames.HEADER_BYTES + MESSAGE_HEAD_BYTES;
    }

    @Override
    public void head(Frame frame, ByteBuffer head) {
        int payloadBytes = format.containerBytes(frame) + frame.sizeBytes();
        ServerFrames.header(head, ServerFrames.BINARY, MESSAGE_HEAD_BYTES + payloadBytes);
        put(head, format.messageKind(), camera, frame);
    }

    static void put(ByteBuffer out, int messageKind, int camera, Frame frame) {
        int flags =
                (frame.key() ? KEY : 0) | (frame.afterGap() ? AFTER_GAP : 0) | (frame.placeholder() ? PLACEHOLDER : 0);
        put(out, messageKind, flags, camera, frame);
    }

    private static void put(ByteBuffer out, int messageKind, int flags, int camera, Frame frame) {
        out.put((byte) messageKind).put((byte) flags).putShort((short) camera);
        out.putInt((int) frame.sequence()).putLong(frame.time().wallClockMicros());
    }

    /**
     * Returns the message before {@code first}, the first frame of a viewer or of a new configuration: for MP4 the init segment, copied; otherwise
     * empty.
     *
     * @param sound beside the pictures, if there is any
     */
    public Bytes opening(Frame first, Optional<StreamConfig.Aac> sound) {
        if (format != PayloadFormat.MP4 || !(first.config() instanceof StreamConfig.H264 video)) {
            return Bytes.empty();
        }
        List<MovieTrack> tracks = sound.isEmpty()
                ? List.of(MovieTrack.of(video))
                : List.of(MovieTrack.of(video), MovieTrack.of(sound.get()));
        Bytes segment = InitSegment.of(tracks);
        ByteBuffer message = ByteBuffer.allocate(headBytes() + segment.size());
        ServerFrames.header(message, ServerFrames.BINARY, MESSAGE_HEAD_BYTES + segment.size());
        put(message, PayloadFormat.INIT_SEGMENT, KEY, camera, first);
        segment.copyTo(message);
        return Bytes.view(message.flip());
    }
}
