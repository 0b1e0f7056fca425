package dev.perch.rtmp;

import dev.perch.media.Bytes;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Keeps the messages that a {@link ChunkReader} puts together. */
final class RecordedMessages implements ChunkReader.Output {
    record Message(int chunkStream, int type, int timestamp, int messageStream, Bytes body) {}

    final List<Message> messages = new ArrayList<>();
    int aborted;
    private final Map<Integer, ByteArrayOutputStream> open = new HashMap<>();

    @Override
    public void begin(ChunkStream stream) {
        open.put(stream.id, new ByteArrayOutputStream());
    }

    @Override
    public void bytes(ChunkStream stream, ByteBuffer piece) {
        ByteArrayOutputStream body = Objects.requireNonNull(open.get(stream.id));
        while (piece.hasRemaining()) {
            body.write(piece.get());
        }
    }

    @Override
    public void end(ChunkStream stream) {
        byte[] body = Objects.requireNonNull(open.remove(stream.id)).toByteArray();
        messages.add(new Message(stream.id, stream.type, stream.timestamp, stream.messageStream, Bytes.copyOf(body)));
    }

    @Override
    public void abort(ChunkStream stream) {
        open.remove(stream.id);
        aborted++;
    }
}
