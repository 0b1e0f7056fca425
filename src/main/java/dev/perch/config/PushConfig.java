package dev.perch.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Another server to which a camera is passed on.
 *
 * @param name by which it is started and stopped
 * @param url its address, which holds a key most often
 * @param audio whether a camera without sound is given silence
 * @param start whether it begins with the program, or when an operator says so
 * @param keep whether it goes on with a picture of text while the camera is lost
 * @param rendition which of the camera's pictures is sent
 */
public record PushConfig(String name, String url, Audio audio, boolean start, boolean keep, String rendition) {
    /** The camera's own picture. */
    public static final String MAIN = "main";

    /** The form of an address, for messages. */
    static final String ACCEPTED =
            "an address that begins with rtmp://, rtmps://, http://, https://, srt:// or rtsp://, such as rtmp://server/live/front";

    private static final Set<String> SCHEMES = Set.of("rtmp", "rtmps", "http", "https", "srt", "rtsp");

    /** Services that begin no broadcast without sound, by the ends of their hosts' names. */
    private static final List<String> SERVICES =
            List.of("youtube.com", "twitch.tv", "live-video.net", "facebook.com", "restream.io");

    /** The sound of what is pushed. */
    public enum Audio {
        /** The camera's; silence for a service that is known to want some. */
        AUTO,
        /** The camera's, or silence. */
        ALWAYS,
        /** None. */
        OFF;

        /** Returns the word in the file. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Sends the camera's own picture, and nothing while there is none. */
    public PushConfig(String name, String url, Audio audio, boolean start) {
        this(name, url, audio, start, /* keep= */ false, MAIN);
    }

    public PushConfig {
        if (!accepted(url)) {
            throw new IllegalArgumentException("no address to push to");
        }
    }

    /** Returns the same push, which goes on while the camera is lost. */
    public PushConfig kept() {
        return new PushConfig(name, url, audio, start, /* keep= */ true, rendition);
    }

    /** Returns the same push of another of the camera's pictures. */
    public PushConfig of(String otherRendition) {
        return new PushConfig(name, url, audio, start, keep, otherRendition);
    }

    /** Returns true of an address that can be pushed to. */
    static boolean accepted(String url) {
        return parsed(url)
                .filter(uri -> uri.getScheme() != null
                        && SCHEMES.contains(uri.getScheme().toLowerCase(Locale.ROOT))
                        && uri.getHost() != null)
                .isPresent();
    }

    private static Optional<URI> parsed(String url) {
        try {
            return Optional.of(new URI(url));
        } catch (URISyntaxException malformed) {
            return Optional.empty();
        }
    }

    /** Returns the address. */
    public URI uri() {
        return URI.create(url);
    }

    /** Returns the scheme in lower case. */
    public String scheme() {
        return uri().getScheme().toLowerCase(Locale.ROOT);
    }

    /** Returns true if the server is of a service that wants sound, and key frames at least each four seconds. */
    public boolean service() {
        String host = uri().getHost().toLowerCase(Locale.ROOT);
        return SERVICES.stream().anyMatch(service -> host.equals(service) || host.endsWith("." + service));
    }

    /** Returns true if silence is sent where the camera has no sound. */
    public boolean silence() {
        return audio == Audio.ALWAYS || (audio == Audio.AUTO && service());
    }

    /** Returns what everybody may know of the address: its scheme and host. */
    public String shown() {
        URI uri = uri();
        return uri.getScheme() + "://" + uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
    }

    /** Returns the redaction that takes the address's secrets out of a text. */
    public Redaction redaction() {
        return Redaction.ofCommand(List.of(url));
    }

    /** Leaves the key out, so that no log shows it. */
    @Override
    public String toString() {
        return name + " (" + shown() + ")";
    }
}
