package dev.perch.source;

import dev.perch.alsa.Pcm;
import dev.perch.alsa.PcmCapture;
import dev.perch.alsa.PcmFormat;
import dev.perch.alsa.PcmLibrary;
import dev.perch.alsa.PcmWish;
import dev.perch.codec.PcmToAac;
import dev.perch.config.CameraConfig;
import dev.perch.media.CaptureException;
import dev.perch.media.Encoding;
import dev.perch.media.FrameSink;
import dev.perch.media.TrackId;
import java.lang.System.Logger.Level;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The sound beside one session of a camera, on its own thread. While somebody listens, and for the camera's linger after, the card is open and an
 * encoder runs; otherwise both are closed. A card that fails or is absent leaves the track silent and is tried again.
 */
final class CardSound {
    /** The terms of a camera's sound. */
    record Terms(CameraConfig camera, PcmLibrary library, CardPlace place, PcmTo encoders, CardTally tally) {}

    /** Starts the encoder that makes the track from samples: ffmpeg, or another one in tests. */
    interface PcmTo {
        PcmToAac track(FrameSink sink);
    }

    private static final System.Logger LOG = System.getLogger(CardSound.class.getName());
    static final TrackId TRACK = TrackId.main(Encoding.AAC);

    /** The interval of the checks whether somebody listens; silence in place of sound also comes in these steps. */
    private static final long TICK_MILLIS = 40;

    /** The pauses between attempts: a replugged card is back within a second or two; an absent one should cost nothing. */
    private static final long[] BACK_OFF_NANOS = {
        500_000_000L, 1_000_000_000L, 1_000_000_000L, 2_000_000_000L, 5_000_000_000L, 10_000_000_000L
    };

    private final Terms terms;
    private final SourceOutput output;
    private final Runnable over;
    private final long lingerNanos;
    private final CountDownLatch stop = new CountDownLatch(1);
    private long lastWantedNanos; // used by the thread only, like all below
    private int attempts;

    private volatile @Nullable PcmCapture capturing; // set by the thread, read by stop

    /**
     * Creates the sound, which does nothing before {@link #start}.
     *
     * @param output of the camera's session
     * @param over called last
     */
    CardSound(Terms terms, SourceOutput output, Runnable over) {
        this.terms = terms;
        this.output = output;
        this.over = over;
        this.lingerNanos = terms.camera().running().linger().toNanos();
    }

    /**
     * Asks a card for its form of sound, and closes it again.
     *
     * @throws CaptureException if the card cannot be opened
     */
    static void ask(Terms terms) throws CaptureException {
        String device = terms.place().find();
        try (Pcm card = terms.library().open(device)) {
            terms.tally().started(card.agree(PcmWish.of(device)));
        }
    }

    /** Starts the thread. */
    void start() {
        Thread thread = new Thread(this::run, "perch-" + terms.camera().id() + "-sound");
        thread.setDaemon(true);
        thread.start();
    }

    /** Asks the thread to end. Any thread; never waits. */
    void stop() {
        stop.countDown();
        PcmCapture present = capturing;
        if (present != null) {
            present.stop();
        }
    }

    private void run() {
        try {
            while (!stop.await(TICK_MILLIS, TimeUnit.MILLISECONDS)) {
                if (output.wanted(TRACK)) {
                    listen();
                }
            }
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt(); // the program is ending: counts as a stop
        } catch (RuntimeException | Error defect) {
            terms.tally().trouble("The sound has ended by a defect of Perch: " + defect);
            LOG.log(Level.ERROR, "The sound of " + terms.camera().id() + " failed; this is a bug in Perch.", defect);
        } finally {
            over.run();
        }
    }

    /** Gives sound until nobody has listened for the linger. */
    private void listen() throws InterruptedException {
        attempts = 0;
        lastWantedNanos = now();
        PcmToAac track = terms.encoders().track(output.track(TRACK));
        try {
            describe(track); // before the card is open, because viewers wait for it
            while (goesOn()) {
                try {
                    capture(track);
                } catch (CaptureException trouble) {
                    tell(trouble);
                    track.end();
                    rest(track);
                }
            }
        } finally {
            track.close();
            terms.tally().ended(track.silentFrames());
            output.paused(TRACK);
        }
    }

    private void describe(PcmToAac track) {
        terms.tally()
                .format()
                .ifPresentOrElse(
                        known -> track.describe(known.rateHz(), known.usedChannels()),
                        () -> track.describe(CardTally.USUAL_RATE_HZ, /* cardChannels= */ 1));
    }

    private boolean goesOn() {
        if (stop.getCount() == 0) {
            return false;
        }
        if (output.wanted(TRACK)) {
            lastWantedNanos = now();
        }
        return now() - lastWantedNanos <= lingerNanos;
    }

    private void capture(PcmToAac track) throws CaptureException {
        String device = terms.place().find();
        PcmCapture capture = new PcmCapture(terms.library(), device, PcmWish.of(device), new Taker(track));
        terms.tally().opens(device, capture);
        capturing = capture;
        try {
            if (stop.getCount() > 0) {
                capture.run();
            }
        } finally {
            capturing = null;
            terms.tally().closed();
        }
    }

    /** Waits until the next attempt is due; the track is silent in the meantime. */
    private void rest(PcmToAac track) throws InterruptedException {
        long dueNanos = now() + BACK_OFF_NANOS[Math.min(attempts++, BACK_OFF_NANOS.length - 1)];
        while (goesOn() && now() - dueNanos < 0 && !stop.await(TICK_MILLIS, TimeUnit.MILLISECONDS)) {
            track.waited();
            terms.tally().silent(track.silentFrames());
        }
    }

    private void tell(CaptureException trouble) {
        String sentence = String.valueOf(trouble.getMessage());
        if (terms.tally().trouble(sentence)) {
            LOG.log(
                    Level.WARNING,
                    CameraConfig.called(terms.camera().id()) + " is silent: " + sentence + " It is tried again.");
            LOG.log(Level.DEBUG, CameraConfig.called(terms.camera().id()) + ": as it was told", trouble);
        }
    }

    private long now() {
        return terms.library().clock().nanoTime();
    }

    /** Receives the card's sound, on the card's thread. */
    private final class Taker implements PcmCapture.Output {
        private final PcmToAac track;
        private boolean heard;

        Taker(PcmToAac track) {
            this.track = track;
        }

        @Override
        public void started(PcmFormat format) {
            terms.tally().started(format);
            track.begin(format.rateHz(), format.usedChannels());
        }

        @Override
        public void frames(short[] samples, int frames, long firstNanos) throws CaptureException {
            track.samples(samples, frames, firstNanos);
            if (!heard && track.encoding()) {
                heard = true;
                attempts = 0;
                terms.tally().trouble("");
            }
        }

        @Override
        public void waited() {
            track.waited();
            terms.tally().silent(track.silentFrames());
            PcmCapture present = capturing;
            if (!goesOn() && present != null) {
                present.stop();
            }
        }
    }
}
