package dev.perch.aac;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.perch.media.Bytes;
import dev.perch.media.FrameTime;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdtsSplitterTest {
    private final List<Bytes> frames = new ArrayList<>();
    private final List<AudioSpecificConfig> configs = new ArrayList<>();
    private final List<Long> times = new ArrayList<>();
    private int dropped;
    private final AdtsSplitter splitter = new AdtsSplitter(new AdtsSplitter.Output() {
        @Override
        public void frame(AudioSpecificConfig config, ByteBuffer rawDataBlock, FrameTime time) {
            frames.add(Bytes.copyOf(rawDataBlock));
            configs.add(config);
            times.add(time.wallClockMicros());
        }

        @Override
        public void dropped() {
            dropped++;
        }
    });

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 100, 20_000})
    void frames_comeOutWhatTheirPiecesAre(int pieceBytes) {
        List<Bytes> blocks = blocks(40);
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        for (int i = 0; i < blocks.size(); i++) {
            stream.writeBytes(Adts.frame(48_000, 2, blocks.get(i), 1, /* checksum= */ i % 3 == 0));
        }
        give(stream.toByteArray(), pieceBytes);
        splitter.end();
        assertEquals(blocks, frames);
        assertEquals(0, dropped);
        assertSame(configs.get(0), configs.get(39));
        assertEquals(AudioSpecificConfig.lc(48_000, 2), configs.get(0));
    }

    /** With frames like those before nothing waits for the next header, so that sound is not late by a frame. */
    @Test
    void knownKind_goesOutWhenWhole() {
        List<Bytes> blocks = blocks(3);
        give(Adts.frame(44_100, 1, blocks.get(0)), 1000);
        assertEquals(0, frames.size());
        give(Adts.frame(44_100, 1, blocks.get(1)), 1000);
        assertEquals(2, frames.size());
        give(Adts.frame(44_100, 1, blocks.get(2)), 1000);
        assertEquals(blocks, frames);
    }

    @Test
    void garbage_isSteppedOverAndCountedOnce() {
        List<Bytes> blocks = blocks(4);
        byte[] noise = new byte[30_000];
        new Random(1).nextBytes(noise);
        byte[] lure = Adts.frame(48_000, 2, blocks.get(0)); // a header whose successor is none
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        stream.writeBytes(Adts.frame(48_000, 2, blocks.get(0)));
        stream.writeBytes(Adts.frame(48_000, 2, blocks.get(1)));
        stream.writeBytes(noise);
        stream.write(lure, 0, 100);
        stream.writeBytes(new byte[200]);
        stream.writeBytes(Adts.frame(48_000, 2, blocks.get(2)));
        stream.writeBytes(Adts.frame(48_000, 2, blocks.get(3)));
        give(stream.toByteArray(), 333);
        splitter.end();
        assertEquals(blocks, frames);
        assertEquals(1, dropped);
    }

    @Test
    void changedKind_isTakenWithItsSuccessor() {
        List<Bytes> blocks = blocks(4);
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        for (int i = 0; i < 4; i++) {
            stream.writeBytes(Adts.frame(i < 2 ? 48_000 : 16_000, i < 2 ? 2 : 1, blocks.get(i)));
        }
        give(stream.toByteArray(), 50);
        splitter.end();
        assertEquals(blocks, frames);
        assertEquals(AudioSpecificConfig.lc(16_000, 1), configs.get(3));
        assertEquals(0, dropped);
    }

    @Test
    void severalBlocks_areDropped() {
        List<Bytes> blocks = blocks(3);
        give(Adts.frame(48_000, 2, blocks.get(0)), 1000);
        give(Adts.frame(48_000, 2, blocks.get(1), 3, /* checksum= */ false), 1000);
        give(Adts.frame(48_000, 2, blocks.get(2)), 1000);
        splitter.end();
        assertEquals(List.of(blocks.get(0), blocks.get(2)), frames);
        assertEquals(1, dropped);
    }

    @Test
    void cutStream_losesTheCutFrameOnly() {
        List<Bytes> blocks = blocks(3);
        give(Adts.frame(48_000, 2, blocks.get(0)), 1000);
        give(Adts.frame(48_000, 2, blocks.get(1)), 1000);
        byte[] cut = Adts.frame(48_000, 2, blocks.get(2));
        give(Arrays.copyOf(cut, cut.length - 1), 1000);
        splitter.end();
        assertEquals(blocks.subList(0, 2), frames);
        assertEquals(1, dropped);
    }

    @Test
    void time_isOfThePieceInWhichTheFrameBegan() {
        List<Bytes> blocks = blocks(3);
        byte[] second = Adts.frame(48_000, 2, blocks.get(1));
        splitter.bytes(ByteBuffer.wrap(Adts.frame(48_000, 2, blocks.get(0))), new FrameTime(1, 1));
        splitter.bytes(ByteBuffer.wrap(second, 0, 20), new FrameTime(2, 2));
        splitter.bytes(ByteBuffer.wrap(second, 20, second.length - 20), new FrameTime(3, 3));
        splitter.bytes(ByteBuffer.wrap(Adts.frame(48_000, 2, blocks.get(2))), new FrameTime(4, 4));
        assertEquals(List.of(1L, 2L, 4L), times);
    }

    private void give(byte[] stream, int pieceBytes) {
        for (int at = 0; at < stream.length; at += pieceBytes) {
            splitter.bytes(
                    ByteBuffer.wrap(stream, at, Math.min(pieceBytes, stream.length - at)), new FrameTime(at, at));
        }
    }

    /** Blocks of many sizes, full of what looks like headers. */
    private static List<Bytes> blocks(int count) {
        Random random = new Random(7);
        List<Bytes> blocks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] block = new byte[i == 5 ? 8191 - 9 : 200 + random.nextInt(400)];
            random.nextBytes(block);
            for (int at = 3; at + 2 < block.length; at += 41) {
                block[at] = (byte) 0xff;
                block[at + 1] = (byte) 0xf1;
            }
            blocks.add(Bytes.copyOf(block));
        }
        return blocks;
    }
}
