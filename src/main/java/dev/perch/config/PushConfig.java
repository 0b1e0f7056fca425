package dev.perch.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Another server that a camera is pushed to.
 *
 * @param name by which it is started and stopped
 * @param url the address, which usually holds a key
 * @param audio whether silence is sent for a camera without sound
 * @param start whether the push begins with the program, or only when an operator says so
 * @param keep whether the push continues with a picture of text while the camera is lost
 * @param rendition the rendition to send
 */
public record PushConfig(String name, String url, Audio audio, boolean start, boolean keep, String rendition) {
    /** The camera's own picture. */
    public static final String MAIN = "main";

    /** The form of an address, for messages. */
    static final String ACCEPTED =
            "an address that begins with rtmp://, rtmps://, http://, https://, srt:// or rtsp://, such as rtmp://server/live/front";

    private static final Set<String> SCHEMES = Set.of("rtmp", "rtmps", "http", "https", "srt", "rtsp");

    /** The services that begin no broadcast without sound, by the ends of their host names. */
    private static final List<String> SERVICES =
            List.of("youtube.com", "twitch.tv", "live-video.net", "facebook.com", "restream.io");

    /** The sound of what is pushed. */
    public enum Audio {
        /** The camera's sound; without it, silence for a service that is known to need some. */
        AUTO,
        /** The camera's sound, or silence. */
        ALWAYS,
        /** None. */
        OFF;

        /** Returns the word in the file. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Creates a push of the camera's own picture that sends nothing while there is none. */
    public PushConfig(String name, String url, Audio audio, boolean start) {
        this(name, url, audio, start, /* keep= */ false, MAIN);
    }

    public PushConfig {
        if (!accepted(url)) {
            throw new IllegalArgumentException("no address to push to");
        }
    }

    /** Returns this push, continuing while the camera is lost. */
    public PushConfig kept() {
        return new PushConfig(name, url, audio, start, /* keep= */ true, rendition);
    }

    /** Returns this push with another rendition. */
    public PushConfig of(String otherRendition) {
        return new PushConfig(name, url, audio, start, keep, otherRendition);
    }

    /** Returns whether {@code url} can be pushed to. */
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

    /** Returns true if the server belongs to a service that needs sound, and a key frame every four seconds. */
    public boolean service() {
        String host = uri().getHost().toLowerCase(Locale.ROOT);
        return SERVICES.stream().anyMatch(service -> host.equals(service) || host.endsWith("." + service));
    }

    /** Returns true if silence is sent when the camera has no sound. */
    public boolean silence() {
        return audio == Audio.ALWAYS || (audio == Audio.AUTO && service());
    }

    /** Returns the part of the address that everybody may see: scheme and host. */
    public String shown() {
        URI uri = uri();
        return uri.getScheme() + "://" + uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
    }

    /** Returns the redaction that removes the address's secrets from a text. */
    public Redaction redaction() {
        return Redaction.ofCommand(List.of(url));
    }

    /** Leaves the key out, so that no log shows it. */
    @Override
    public String toString() {
        return name + " (" + shown() + ")";
    }
}
