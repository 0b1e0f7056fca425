package dev.perch.source;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.CaptureException;
import dev.perch.media.Corpus;
import dev.perch.testing.Fuzz;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What a broken camera may send as the parts of a multipart. */
@Execution(ExecutionMode.CONCURRENT)
class MultipartReaderFuzzTest {
    private static final byte[][] WORDS = Stream.of(
                    "\r\n",
                    "\n\n",
                    "--x\r\n",
                    "Content-Length: ",
                    "Content-Length: 0\r\n\r\n",
                    "99999999999999999999",
                    "Content-Type: image/jpeg\r\n",
                    "Content-Type: text/plain\r\n",
                    "X-Timestamp: 1.5\r\n",
                    "X-Timestamp: 99999999999999999.9999999\r\n",
                    "-1",
                    ".",
                    "\r\n\r\n")
            .map(text -> text.getBytes(StandardCharsets.US_ASCII))
            .toArray(byte[][]::new);

    @Test
    void parts() throws Exception {
        byte[] jpeg = Corpus.read("jpeg/fill-bytes.jpg");
        ByteArrayOutputStream seed = new ByteArrayOutputStream();
        for (int i = 0; i < 3; i++) {
            seed.writeBytes(("--x\r\nContent-Type: image/jpeg\r\nContent-Length: " + jpeg.length + "\r\nX-Timestamp: 17"
                            + i + ".25\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            seed.writeBytes(jpeg);
            seed.writeBytes(new byte[] {'\r', '\n'});
        }
        new Fuzz("multipart", List.of(seed.toByteArray()), WORDS, (input, random) -> {
                    long[] taken = new long[1];
                    MultipartReader reader = new MultipartReader("camera", new MultipartReader.Output() {
                        @Override
                        public boolean begin(long stampMicros) {
                            assertTrue(stampMicros == FarClock.UNTOLD || stampMicros >= 0);
                            return true;
                        }

                        @Override
                        public void bytes(ByteBuffer piece, boolean ofPart) {
                            taken[0] += piece.remaining();
                            piece.position(piece.limit());
                        }
                    });
                    try {
                        for (int at = 0; at < input.length; ) {
                            int count = Math.min(1 + random.nextInt(900), input.length - at);
                            reader.bytes(ByteBuffer.wrap(input, at, count));
                            at += count;
                        }
                    } catch (CaptureException refused) {
                        assertTrue(String.valueOf(refused.getMessage()).startsWith("camera sends"));
                    }
                    assertTrue(taken[0] <= input.length);
                })
                .run();
    }
}
