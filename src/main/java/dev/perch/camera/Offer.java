package dev.perch.camera;

import dev.perch.config.CameraConfig;
import dev.perch.media.CaptureException;
import dev.perch.media.Encoding;
import dev.perch.media.PixelFormat;
import dev.perch.media.TrackId;
import dev.perch.source.Source;
import java.lang.System.Logger.Level;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/**
 * What a camera's source can give, asked of the device on a thread of its own: a stuck device keeps that thread, never a viewer.
 */
final class Offer {
    private static final System.Logger LOG = System.getLogger(Offer.class.getName());

    /** A device answers in milliseconds; what takes longer than this is stuck, or still starting. */
    private static final long PATIENCE_MILLIS = 2_000;

    private final String cameraId;
    private final Source source;
    private final Predicate<Encoding> makes;
    private String logged = ""; // guarded by this
    private CompletableFuture<Set<PixelFormat>> answer =
            new CompletableFuture<>(); // guarded by this; replaced when it failed

    /**
     * Asks nothing yet: {@link #ask} does.
     *
     * @param makes which formats can be made where the source does not give them
     */
    Offer(String cameraId, Source source, Predicate<Encoding> makes) {
        this.cameraId = cameraId;
        this.source = source;
        this.makes = makes;
    }

    /** Asks the device, on a thread that the answer ends. */
    synchronized void ask() {
        CompletableFuture<Set<PixelFormat>> asked = new CompletableFuture<>();
        answer = asked;
        Thread thread = new Thread(
                () -> {
                    try {
                        asked.complete(source.delivers());
                    } catch (CaptureException | RuntimeException failure) {
                        log(String.valueOf(failure.getMessage()));
                        asked.completeExceptionally(failure);
                    } catch (Throwable defect) { // a native library that cannot be loaded, for instance
                        asked.completeExceptionally(defect);
                        log("asking " + source.description() + " failed: " + defect);
                    }
                },
                "perch-" + cameraId + "-probe");
        thread.setDaemon(true);
        thread.start();
    }

    /** Once until it changes: the device is asked again with each request. */
    private synchronized void log(String sentence) {
        if (!sentence.equals(logged)) {
            logged = sentence;
            LOG.log(Level.WARNING, CameraConfig.called(cameraId) + ": " + sentence);
        }
    }

    /** What the source gives, and what can be made of that. */
    private Set<Encoding> encodings(Set<PixelFormat> formats) {
        Set<Encoding> encodings = EnumSet.noneOf(Encoding.class);
        for (Encoding encoding : Encoding.values()) {
            if (formats.stream().anyMatch(format -> gives(format, encoding))
                    || (!formats.isEmpty() && makes.test(encoding))) {
                encodings.add(encoding);
            }
        }
        return encodings;
    }

    private static boolean gives(PixelFormat format, Encoding encoding) {
        return format.encoding() == encoding;
    }

    /** Whether the source is known to give the track itself; never waits. */
    boolean natively(TrackId track) {
        return track.rendition().equals(TrackId.MAIN)
                && formats().stream().anyMatch(format -> gives(format, track.encoding()));
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

    /** What is known now, without waiting; empty when nothing is. */
    Set<Encoding> known() {
        return encodings(formats());
    }

    /** Why the device gave no answer the last time, a sentence; empty when it gave one or is still being asked. Without waiting. */
    String trouble() {
        CompletableFuture<Set<PixelFormat>> present = answer(false);
        if (!present.isCompletedExceptionally()) {
            return "";
        }
        return present.handle((formats, failure) -> String.valueOf(failure.getMessage()))
                .getNow("");
    }

    /**
     * What the camera gives, asking the device again if it gave no answer the last time.
     *
     * @throws CaptureException why the device gave none, or that it does not answer
     */
    Set<Encoding> encodings() throws CaptureException {
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
