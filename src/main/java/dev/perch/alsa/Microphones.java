package dev.perch.alsa;

import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lists the microphones of this machine from the kernel's files (proc and sysfs, without libasound), and finds a camera's own. */
public final class Microphones {
    private static final System.Logger LOG = System.getLogger(Microphones.class.getName());

    /** A line of /proc/asound/cards, such as {@code  1 [C920           ]: USB-Audio - HD Pro Webcam C920}. */
    private static final Pattern CARD = Pattern.compile("\\s*(\\d+) \\[(.*?)\\s*\\]: (?:.*? - )?(.*)");

    private static final Pattern CAPTURE = Pattern.compile("pcm(\\d+)c");

    private final Path proc;
    private final Path sys;

    /**
     * Creates a list from other folders.
     *
     * @param proc in place of /proc
     * @param sys in place of /sys
     */
    public Microphones(Path proc, Path sys) {
        this.proc = proc;
        this.sys = sys;
    }

    /** Returns the microphones of this machine. */
    public static Microphones machine() {
        return new Microphones(Path.of("/proc"), Path.of("/sys"));
    }

    /** Returns all microphones, by card and device. */
    public static List<Microphone> all() {
        return machine().list();
    }

    /**
     * Returns the microphone in the same USB device as a camera.
     *
     * @param video the camera's device file
     * @throws CaptureException if there is none; the message lists those that exist
     */
    public static Microphone of(Path video) throws CaptureException {
        return machine().find(video);
    }

    /** Returns all microphones, by card and device. */
    public List<Microphone> list() {
        List<Microphone> found = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(proc.resolve("asound/cards"))) {
                Matcher card = CARD.matcher(line);
                if (card.matches()) {
                    add(found, Integer.parseInt(card.group(1)), card.group(2), card.group(3));
                }
            }
        } catch (IOException | NumberFormatException none) {
            LOG.log(Level.DEBUG, "no sound cards are told", none);
        }
        found.sort(Comparator.comparingInt(Microphone::card).thenComparingInt(Microphone::number));
        return found;
    }

    private void add(List<Microphone> found, int card, String id, String title) {
        try (DirectoryStream<Path> devices = Files.newDirectoryStream(proc.resolve("asound/card" + card), "pcm*c")) {
            for (Path device : devices) {
                Matcher name = CAPTURE.matcher(device.getFileName().toString());
                if (name.matches()) {
                    found.add(new Microphone(card, id, title, Integer.parseInt(name.group(1))));
                }
            }
        } catch (IOException | DirectoryIteratorException | NumberFormatException gone) {
            LOG.log(Level.DEBUG, "sound card " + id + " is passed over", gone);
        }
    }

    /** Returns the microphone in the same USB device as the camera at {@code video}; empty if there is none. */
    public Optional<Microphone> own(Path video) {
        Optional<Path> camera = camera(video);
        return list().stream()
                .filter(each -> camera.isPresent()
                        && usbDevice(sys.resolve("class/sound/card" + each.card()))
                                .equals(camera))
                .findFirst();
    }

    private Optional<Path> camera(Path video) {
        return usbDevice(sys.resolve("class/video4linux").resolve(name(video)));
    }

    Microphone find(Path video) throws CaptureException {
        return own(video)
                .orElseThrow(() -> new CaptureException(
                        Kind.ABSENT,
                        "The camera " + video + " has no microphone of its own ("
                                + (camera(video).isPresent()
                                        ? "no sound card is part of the same USB device"
                                        : "it is no USB camera")
                                + "), as audio: alsa wants; " + Trouble.words(list())));
    }

    /** Returns the name of a device file, to which {@code video} may be a link. */
    private static String name(Path video) {
        try {
            return video.toRealPath().getFileName().toString();
        } catch (IOException absent) {
            return String.valueOf(video.getFileName());
        }
    }

    /** Returns the USB device that a member of sysfs belongs to: its nearest parent with a vendor. */
    private Optional<Path> usbDevice(Path member) {
        try {
            for (Path at = member.resolve("device").toRealPath();
                    at != null && at.startsWith(sys.toRealPath());
                    at = at.getParent()) {
                if (Files.exists(at.resolve("idVendor"))) {
                    return Optional.of(at);
                }
            }
        } catch (IOException noDevice) {
            LOG.log(Level.DEBUG, "{0} is no part of a device", member);
        }
        return Optional.empty();
    }
}
