package dev.perch.source;

import dev.perch.alsa.Microphones;
import dev.perch.alsa.PcmLibrary;
import dev.perch.codec.PcmToAac;
import dev.perch.config.CameraConfig;
import dev.perch.media.CaptureException;
import dev.perch.media.PixelFormat;
import dev.perch.memory.MemoryBudget;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A source of pictures, and a sound card beside it. The session is that of the pictures: a card that is absent, fails or is unplugged leaves the track silent and
 * loses no picture.
 */
public final class WithSoundCard implements Source {
    private static final String FFMPEG = "ffmpeg";
    private static final System.Logger LOG = System.getLogger(WithSoundCard.class.getName());

    private final Source pictures;
    private final CardTally tally;
    private final CardSound.Terms terms;

    /**
     * Makes the source of a camera whose sound is a card's.
     *
     * @param camera whose sound is of the kind {@code ALSA}
     * @param pictures its source of pictures, used by nobody else
     * @param budget the memory of the sound on its way to the encoder is leased from it
     */
    public WithSoundCard(CameraConfig camera, Source pictures, MemoryBudget budget) {
        this(camera, pictures, PcmLibrary.linux(), place(camera, pictures), budget);
    }

    WithSoundCard(CameraConfig camera, Source pictures, PcmLibrary library, CardPlace place, MemoryBudget budget) {
        this.pictures = pictures;
        this.tally = new CardTally(camera.sound().device().orElse("the camera's own microphone"));
        this.terms = new CardSound.Terms(
                camera,
                library,
                place,
                sink -> new PcmToAac(
                        new PcmToAac.Spec(camera.id(), sink, library.clock(), budget, FFMPEG, camera.quality())),
                tally);
    }

    private static CardPlace place(CameraConfig camera, Source pictures) {
        Optional<String> named = camera.sound().device();
        if (named.isPresent()) {
            return named::get;
        }
        if (pictures instanceof V4l2Source device) {
            return () -> Microphones.of(Path.of(device.place().find())).device();
        }
        throw new IllegalArgumentException("only a device has a microphone of its own: source=" + camera.source());
    }

    @Override
    public String description() {
        return pictures.description();
    }

    /** Asks the card too, on a thread of its own, which form of sound it has: the track is described by that before the card is opened. It captures nothing. */
    @Override
    public Set<PixelFormat> delivers() throws CaptureException {
        Thread thread = new Thread(
                () -> {
                    try {
                        CardSound.ask(terms);
                    } catch (CaptureException absent) {
                        LOG.log(Level.DEBUG, "the form of the sound is not known yet", absent);
                    }
                },
                "perch-" + terms.camera().id() + "-card-probe");
        thread.setDaemon(true);
        thread.start();
        return pictures.delivers();
    }

    @Override
    public Optional<Set<PixelFormat>> deliversAsFarAsKnown() {
        return pictures.deliversAsFarAsKnown();
    }

    @Override
    public SoundProspect sound() {
        return SoundProspect.CERTAIN; // or silence in its place
    }

    @Override
    public Optional<Awaited> awaited() {
        return pictures.awaited();
    }

    @Override
    public String conversion() {
        return pictures.conversion();
    }

    @Override
    public boolean leadsBack(String chain) {
        return pictures.leadsBack(chain);
    }

    @Override
    public Runnable watchedBy(String chain) {
        return pictures.watchedBy(chain);
    }

    @Override
    public Optional<SourceControls> controls() {
        return pictures.controls();
    }

    @Override
    public Optional<CardFacts> soundCard() {
        return Optional.of(tally.facts());
    }

    @Override
    public Session start(SourceOutput output) {
        Both both = new Both(output);
        output.track(CardSound.TRACK); // known before the first picture
        both.sound.start();
        return pictures.start(both);
    }

    /** Passes the pictures on, and ends with the last of the two. */
    private final class Both extends ForwardingOutput {
        private final SourceOutput output;
        private final CardSound sound;
        private final AtomicInteger running = new AtomicInteger(2);
        private volatile @Nullable CaptureException reason; // set by the pictures' session, read by the last of the two

        Both(SourceOutput output) {
            super(output);
            this.output = output;
            this.sound = new CardSound(terms, output, this::over);
        }

        @Override
        public void ended(Optional<CaptureException> why) {
            reason = why.orElse(null);
            sound.stop();
            over();
        }

        private void over() {
            if (running.decrementAndGet() == 0) {
                output.ended(Optional.ofNullable(reason));
            }
        }
    }
}
