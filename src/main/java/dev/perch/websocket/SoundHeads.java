package dev.perch.websocket;

import dev.perch.feed.Frame;
import dev.perch.feed.Packager;
import dev.perch.mp4.Fragment;
import java.nio.ByteBuffer;

/**
 * Writes the bytes before a fragment of sound, as {@link MessageHeads} does for pictures. Equal records are the same packager.
 *
 * @param camera the camera's number in messages
 */
public record SoundHeads(int camera) implements Packager {
    @Override
    public int headBytes() {
        return ServerFrames.HEADER_BYTES + MessageHeads.MESSAGE_HEAD_BYTES;
    }

    @Override
    public void head(Frame frame, ByteBuffer head) {
        int payloadBytes = Fragment.HEAD_BYTES + frame.sizeBytes();
        ServerFrames.header(head, ServerFrames.BINARY, MessageHeads.MESSAGE_HEAD_BYTES + payloadBytes);
        MessageHeads.put(head, PayloadFormat.SOUND_FRAGMENT, camera, frame);
    }
}
