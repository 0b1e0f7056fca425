package dev.perch.camera;

import dev.perch.config.CameraConfig;
import dev.perch.media.CaptureException;
import dev.perch.media.Encoding;
import dev.perch.media.Medium;
import dev.perch.media.PixelFormat;
import dev.perch.media.TrackId;
import dev.perch.source.SoundProspect;
import dev.perch.source.Source;
import java.lang.System.Logger.Level;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * The encodings that a camera can give. The device is asked on a separate thread, so that a stuck one holds up that thread, never a viewer.
 */
final class Offer {
    private static final System.Logger LOG = System.getLogger(Offer.class.getName());

    /** A device answers in milliseconds; one that takes longer than this is stuck, or still starting. */
    private static final long PATIENCE_MILLIS = 2_000;

    /** The encodings of a private camera's card. */
    private static final Set<Encoding> CARD = Set.of(Encoding.H264, Encoding.JPEG);

    private final String cameraId;
    private final Source source;
    private final Predicate<Encoding> makes;
    private final BooleanSupplier turnsJpegs;
    private String logged = ""; // guarded by this, like all without another word
    private volatile boolean held; // written by the pump, read by everybody; like the next
    private volatile boolean asked; // at least once
    private CompletableFuture<Set<PixelFormat>> answer =
            new CompletableFuture<>(); // guarded by this; replaced after a failure

    /**
     * Creates an offer; {@link #ask} asks the device.
     *
     * @param makes true for encodings that can be derived if the source does not give them
     * @param turnsJpegs whether the source's JPEGs are turned before anybody sees them
     */
    Offer(String cameraId, Source source, Predicate<Encoding> makes, BooleanSupplier turnsJpegs) {
        this.cameraId = cameraId;
        this.source = source;
        this.makes = makes;
        this.turnsJpegs = turnsJpegs;
    }

    /**
     * Stops asking the device because the camera is private and gives a card, or asks it again.
     *
     * @return the previous setting
     */
    boolean hold(boolean on) {
        boolean before = held;
        held = on;
        if (before && !on && !asked) {
            ask();
        }
        return before;
    }

    /** Asks the device, on a thread that ends with the answer. */
    synchronized void ask() {
        if (held) {
            return;
        }
        this.asked = true;
        CompletableFuture<Set<PixelFormat>> asking = new CompletableFuture<>();
        answer = asking;
        Thread thread = new Thread(
                () -> {
                    try {
                        asking.complete(source.delivers());
                    } catch (CaptureException | RuntimeException failure) {
                        log(String.valueOf(failure.getMessage()));
                        asking.completeExceptionally(failure);
                    } catch (Throwable defect) { // for instance a native library that cannot be loaded
                        asking.completeExceptionally(defect);
                        log("asking " + source.description() + " failed: " + defect);
                    }
                },
                "perch-" + cameraId + "-probe");
        thread.setDaemon(true);
        thread.start();
    }

    /** Logs a sentence once until it changes, because each request asks the device again. */
    private synchronized void log(String sentence) {
        if (!sentence.equals(logged)) {
            logged = sentence;
            LOG.log(Level.WARNING, CameraConfig.called(cameraId) + ": " + sentence);
        }
    }

    /** Returns the encodings that the source gives, and those that can be derived from its formats. */
    private Set<Encoding> encodings(Set<PixelFormat> formats) {
        Set<Encoding> encodings = EnumSet.noneOf(Encoding.class);
        for (Encoding encoding : Encoding.values()) {
            if (formats.stream().anyMatch(format -> gives(format, encoding))
                    || (!formats.isEmpty() && (makes.test(encoding) || sounds(encoding)))) {
                encodings.add(encoding);
            }
        }
        return encodings;
    }

    /** Returns true if {@code encoding} may be given, which can be said without asking the device. */
    private boolean sounds(Encoding encoding) {
        return encoding.medium() == Medium.SOUND && source.sound() != SoundProspect.NONE;
    }

    private static boolean gives(PixelFormat format, Encoding encoding) {
        return format.encoding() == encoding;
    }

    /** Returns true if the source is known to give the track itself; never waits. */
    boolean natively(TrackId track) {
        boolean turned = track.encoding() == Encoding.JPEG && turnsJpegs.getAsBoolean();
        return track.rendition().equals(TrackId.MAIN)
                && !turned
                && (sounds(track.encoding()) || anyGives(track.encoding()));
    }

    private boolean anyGives(Encoding encoding) {
        for (PixelFormat format : formats()) {
            if (gives(format, encoding)) {
                return true;
            }
        }
        return false;
    }

    private Set<PixelFormat> formats() {
        Optional<Set<PixelFormat>> told = source.deliversAsFarAsKnown();
        if (told.isPresent()) {
            return told.get();
        }
        CompletableFuture<Set<PixelFormat>> present = answer(false);
        return present.isDone() && !present.isCompletedExceptionally() ? present.getNow(Set.of()) : Set.of();
    }

    private synchronized CompletableFuture<Set<PixelFormat>> answer(boolean afresh) {
        if (afresh && answer.isCompletedExceptionally()) {
            ask();
        }
        return answer;
    }

    /** Returns the encodings known so far; empty if none are. Never waits. */
    Set<Encoding> known() {
        Set<Encoding> known = encodings(formats());
        return held && known.isEmpty() ? CARD : known;
    }

    /** Returns why the device did not answer the last time, as a sentence; empty if it did, or is still being asked. Never waits. */
    String trouble() {
        CompletableFuture<Set<PixelFormat>> present = answer(false);
        if (!present.isCompletedExceptionally()) {
            return "";
        }
        return present.handle((formats, failure) -> String.valueOf(failure.getMessage()))
                .getNow("");
    }

    /**
     * Returns the encodings that the camera gives. Asks the device again if it did not answer the last time.
     *
     * @throws CaptureException if the device reports a fault, or does not answer
     */
    Set<Encoding> encodings() throws CaptureException {
        if (held) {
            return known();
        }
        Optional<Set<PixelFormat>> told = source.deliversAsFarAsKnown();
        if (told.isPresent()) {
            return encodings(told.get());
        }
        try {
            return encodings(answer(true).get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS));
        } catch (TimeoutException stuck) {
            throw new CaptureException(
                    CaptureException.Kind.FAULT, source.description() + " does not answer; it is still being asked.");
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof CaptureException cause) {
                throw cause;
            }
            throw new IllegalStateException("asking " + source.description() + " failed", failed.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CaptureException(CaptureException.Kind.FAULT, "The server is stopping.");
        }
    }
}
