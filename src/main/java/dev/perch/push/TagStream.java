package dev.perch.push;

import dev.perch.aac.AudioSpecificConfig;
import dev.perch.aac.Silence;
import dev.perch.feed.Cursor;
import dev.perch.feed.Frame;
import dev.perch.feed.FrameLostException;
import dev.perch.flv.FlvWriter;
import dev.perch.flv.TagType;
import dev.perch.media.Bytes;
import dev.perch.media.MalformedBitstreamException;
import dev.perch.media.StreamConfig;
import dev.perch.memory.BudgetExceededException;
import dev.perch.memory.GrowingLease;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The tags of one connection: the descriptions, then a tag per frame, from a key frame whose time is 0. Times follow the captures. If silence is
 * wanted and the camera has no sound, silent frames are sent between the pictures. For one thread.
 */
final class TagStream {
    private static final AudioSpecificConfig SILENT = AudioSpecificConfig.lc(44_100, 2);
    private static final int SILENT_SAMPLES = 1024;

    private final Target target;
    private final boolean silence;
    private final GrowingLease lease;
    private final long baseNanos;
    private ByteBuffer body = ByteBuffer.allocate(0);
    private StreamConfig.H264 described;
    private StreamConfig.@Nullable Aac sound;
    private boolean silent; // whether the described sound is silence of our own
    private long silentFrames;
    private long lastMillis;
    private long soundMillis; // of the last frame of the camera's sound, or of silence in its place

    /**
     * Describes the stream to the server.
     *
     * @param first the configuration of the key frame with which it begins
     * @param firstNanos the time of that frame, on the monotonic clock
     * @param heard the sound of the camera; null if none is known
     * @param lease of the memory held
     */
    TagStream(
            Target target,
            StreamConfig.H264 first,
            long firstNanos,
            StreamConfig.@Nullable Aac heard,
            boolean silence,
            GrowingLease lease)
            throws PushException {
        this.target = target;
        this.silence = silence;
        this.lease = lease;
        this.baseNanos = firstNanos;
        this.described = first;
        this.sound = heard == null && silence ? SILENT.streamConfig() : heard;
        this.silent = heard == null && silence;
        target.describe(described, sound, 0);
    }

    /** Returns the last description of the pictures. */
    StreamConfig.H264 described() {
        return described;
    }

    /**
     * Sends the frame that {@code cursor} holds; one from before the beginning is left out.
     *
     * @throws PushException if the server is gone
     * @throws FrameLostException if the frame's memory was needed for new frames
     */
    void send(Cursor cursor) throws PushException, FrameLostException {
        Frame frame = cursor.frame();
        long sinceNanos = frame.time().decodeNanos() - baseNanos;
        if (sinceNanos < 0) {
            return;
        }
        long millis = Math.max(lastMillis, TimeUnit.NANOSECONDS.toMillis(sinceNanos));
        lastMillis = millis;
        StreamConfig config = frame.config();
        if (config instanceof StreamConfig.H264 video) {
            silenceUntil(millis);
            if (!video.equals(described)) {
                described = video;
                target.describe(video, sound, millis);
            }
            ByteBuffer space = space(FlvWriter.VIDEO_HEAD_BYTES + frame.sizeBytes());
            long offset = TimeUnit.NANOSECONDS.toMillis(frame.time().presentationOffsetNanos());
            FlvWriter.videoHead(space, frame.key(), (int) offset);
            cursor.copyTo(space);
            target.tag(TagType.VIDEO, millis, space.flip());
        } else if (config instanceof StreamConfig.Aac heard) {
            if (silent || !heard.equals(sound)) {
                silent = false;
                sound = heard;
                target.describe(described, heard, millis);
            }
            ByteBuffer space = space(FlvWriter.AUDIO_HEAD_BYTES + frame.sizeBytes());
            FlvWriter.audioHead(space);
            cursor.copyTo(space);
            soundMillis = millis;
            target.tag(TagType.AUDIO, millis, space.flip());
        }
    }

    /**
     * Sends a key frame in place of a camera that is away, after silence if there was sound.
     *
     * @param nanos the time of the frame, on the monotonic clock
     */
    void standby(StreamConfig.H264 picture, Bytes frame, long nanos) throws PushException {
        long millis = Math.max(lastMillis, TimeUnit.NANOSECONDS.toMillis(nanos - baseNanos));
        silenceUntil(millis);
        silenceOfSoundUntil(millis);
        lastMillis = millis;
        if (!picture.equals(described)) {
            described = picture;
            target.describe(picture, sound, millis);
        }
        ByteBuffer space = space(FlvWriter.VIDEO_HEAD_BYTES + frame.size());
        FlvWriter.videoHead(space, /* key= */ true, /* offsetMillis= */ 0);
        frame.copyTo(space);
        target.tag(TagType.VIDEO, millis, space.flip());
    }

    /** Sends silent frames up to {@code millis}. */
    private void silenceUntil(long millis) throws PushException {
        if (!silence || !silent) {
            return;
        }
        Bytes frame = Silence.frame(SILENT).orElseThrow();
        long at = silentMillis();
        while (at <= millis) {
            silentTag(frame, at);
            silentFrames++;
            at = silentMillis();
        }
    }

    private long silentMillis() {
        return silentFrames * SILENT_SAMPLES * 1000 / SILENT.sampleRateHz();
    }

    /** Sends silence in the format of the camera's own sound, from the last frame of any track on: times never go back. */
    private void silenceOfSoundUntil(long millis) throws PushException {
        StreamConfig.Aac own = sound;
        if (silent || own == null) {
            return;
        }
        try {
            AudioSpecificConfig parsed = AudioSpecificConfig.parse(own.audioSpecificConfig());
            Bytes frame = Silence.frame(parsed).orElse(Bytes.empty());
            long stepMillis = Math.max(1, parsed.samplesPerFrame() * 1000L / parsed.outputRateHz());
            soundMillis = Math.max(soundMillis, lastMillis - stepMillis); // an earlier hole is not filled
            while (frame.size() > 0 && soundMillis + stepMillis <= millis) {
                soundMillis += stepMillis;
                silentTag(frame, soundMillis);
            }
        } catch (MalformedBitstreamException odd) {
            throw new PushException("The camera's sound is not understood: " + odd.words() + ".", odd);
        }
    }

    private void silentTag(Bytes frame, long millis) throws PushException {
        ByteBuffer space = space(FlvWriter.AUDIO_HEAD_BYTES + frame.size());
        FlvWriter.audioHead(space);
        frame.copyTo(space);
        target.tag(TagType.AUDIO, millis, space.flip());
    }

    private ByteBuffer space(int bytes) throws PushException {
        if (body.capacity() < bytes) {
            int grown = bytes + bytes / 2;
            try {
                lease.cover(grown);
            } catch (BudgetExceededException full) {
                throw new PushException(String.valueOf(full.getMessage()), full);
            }
            body = ByteBuffer.allocate(grown);
        }
        return body.clear().limit(bytes);
    }
}
