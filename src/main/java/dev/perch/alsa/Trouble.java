package dev.perch.alsa;

import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Turns an error number of libasound into a sentence for people. */
final class Trouble {
    // asm-generic/errno-base.h, asm-generic/errno.h
    static final int EPERM = 1;
    static final int ENOENT = 2;
    static final int ENXIO = 6;
    static final int EAGAIN = 11;
    static final int ENOMEM = 12;
    static final int EACCES = 13;
    static final int EBUSY = 16;
    static final int ENODEV = 19;
    static final int EINVAL = 22;
    static final int ENOTTY = 25;
    static final int EPIPE = 32;
    static final int EBADFD = 77;
    static final int ESTRPIPE = 86;
    static final int ENOTCONN = 107;

    private static final System.Logger LOG = System.getLogger(Trouble.class.getName());

    private Trouble() {}

    /**
     * Returns the exception for a failed call.
     *
     * @param device its name in libasound, which begins the sentence
     * @param errno positive
     */
    static CaptureException of(String device, String call, int errno) {
        CaptureException told = sentence(device, call, errno);
        told.initCause(new IOException("errno " + errno + " at " + call)); // for the log
        return told;
    }

    private static CaptureException sentence(String device, String call, int errno) {
        return switch (errno) {
            case EACCES, EPERM -> notPermitted(device);
            case EBUSY ->
                new CaptureException(
                        Kind.BUSY,
                        "The sound card " + device
                                + " is in use by another program, or by another camera of Perch; dsnoop: in place of hw: lets several share it.");
            case ENOENT, ENODEV, ENXIO, EBADFD, ENOTTY, ENOTCONN ->
                forbidden(Path.of("/dev/snd")) // libasound does not list a card that it may not open
                        ? notPermitted(device)
                        : new CaptureException(
                                Kind.ABSENT,
                                "There is no sound card " + device + " to record from; " + words(Microphones.all()));
            case EINVAL ->
                new CaptureException(
                        Kind.UNSUPPORTED,
                        device + " is no device of libasound that records, or refuses what Perch asked (" + call + "); "
                                + words(Microphones.all()));
            case ENOMEM ->
                new CaptureException(Kind.NO_ROOM, "The kernel has no memory for the sound card " + device + ".");
            default ->
                new CaptureException(
                        Kind.FAULT, "The sound card " + device + " failed: error " + errno + " at " + call + ".");
        };
    }

    private static CaptureException notPermitted(String device) {
        String user = System.getProperty("user.name", "tomcat");
        return new CaptureException(
                Kind.NOT_PERMITTED,
                "The user " + user + " may not open the sound card " + device
                        + ": let it join the group audio: usermod -aG audio " + user + ", then start Perch again.");
    }

    /** Returns whether a folder has cards, none of which this process may open. */
    private static boolean forbidden(Path folder) {
        boolean there = false;
        try (DirectoryStream<Path> controls = Files.newDirectoryStream(folder, "controlC*")) {
            for (Path each : controls) {
                if (Files.isReadable(each)) {
                    return false;
                }
                there = true;
            }
        } catch (IOException | DirectoryIteratorException none) {
            LOG.log(Level.DEBUG, "no sound cards in " + folder, none);
        }
        return there;
    }

    /** Returns the list of microphones, as the end of a sentence. */
    static String words(List<Microphone> present) {
        if (present.isEmpty()) {
            return "this machine has no card that records.";
        }
        StringBuilder words = new StringBuilder("there is ");
        for (int i = 0; i < present.size(); i++) {
            Microphone each = present.get(i);
            words.append(i == 0 ? "" : ", ")
                    .append(each.device())
                    .append(" (")
                    .append(each.title())
                    .append(')');
        }
        return words.append('.').toString();
    }
}
