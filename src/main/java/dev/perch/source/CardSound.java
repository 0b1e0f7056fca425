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
 * The sound beside one session of a camera, on a thread of its own. While somebody listens, and for the camera's linger after, the card is open and an encoder
 * runs; otherwise both are closed. A card that fails or is not there leaves the track silent and is tried again.
 */
final class CardSound {
    /** The terms of a camera's sound. */
    record Terms(CameraConfig camera, PcmLibrary library, CardPlace place, PcmTo encoders, CardTally tally) {}

    /** Makes the track of samples: one ffmpeg, or another encoder in tests. */
    interface PcmTo {
        PcmToAac track(FrameSink sink);
    }

    private static final System.Logger LOG = System.getLogger(CardSound.class.getName());
    static final TrackId TRACK = TrackId.main(Encoding.AAC);

    /** How often it is asked whether somebody listens; silence in the place of sound comes in this step too. */
    private static final long TICK_MILLIS = 40;

    /** A replugged card is back within a second or two; an absent one should cost nothing. */
    private static final long[] BACK_OFF_NANOS = {
        500_000_000L, 1_000_000_000L, 1_000_000_000L, 2_000_000_000L, 5_000_000_000L, 10_000_000_000L
    };

    private final Terms terms;
    private final SourceOutput output;
    private final Runnable over;
    private final long lingerNanos;
    private final CountDownLatch stop = new CountDownLatch(1);
    private long lastWantedNanos; // of the thread, as all below
    private int attempts;

    private volatile @Nullable PcmCapture capturing; // set by the thread, read by stop

    /**
     * @param output of the camera's session
     * @param over called as the last thing
     */
    CardSound(Terms terms, SourceOutput output, Runnable over) {
        this.terms = terms;
        this.output = output;
        this.over = over;
        this.lingerNanos = terms.camera().running().linger().toNanos();
    }

    /**
     * Asks a card which form of sound it has, and closes it again.
     *
     * @throws CaptureException if it cannot be opened
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

    /** Asks it to end. Any thread; never waits. */
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
            Thread.currentThread().interrupt(); // all threads are being ended: counts as asked for
        } catch (RuntimeException | Error defect) {
            terms.tally().trouble("The sound has ended by a defect of Perch: " + defect);
            LOG.log(Level.ERROR, "The sound of " + terms.camera().id() + " failed; this is a bug in Perch.", defect);
        } finally {
            over.run();
        }
    }

    /** Gives sound until nobody has listened for a linger. */
    private void listen() throws InterruptedException {
        attempts = 0;
        lastWantedNanos = now();
        PcmToAac track = terms.encoders().track(output.track(TRACK));
        try {
            describe(track); // before the card is open: viewers wait for it
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

    /** Waits until the card is due to be tried again; the track is silent meanwhile. */
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

    /** Takes what the card gives, on its thread. */
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
