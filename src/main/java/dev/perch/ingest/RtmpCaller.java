package dev.perch.ingest;

import dev.perch.access.Caller;
import dev.perch.access.Credentials;
import dev.perch.access.Verdict;
import dev.perch.rtmp.StreamRequest;
import java.net.InetAddress;
import java.net.URI;
import java.util.Optional;

/** Identifies the caller of an RTMP request, and words the answer to it. */
final class RtmpCaller {
    private RtmpCaller() {}

    /** Returns the caller that asks for {@code path} from {@code address} at port {@code port}. */
    static Caller of(StreamRequest request, StreamPath path, InetAddress address, int port) {
        Optional<Credentials> given = path.key().isEmpty() && path.link().isEmpty()
                ? Optional.empty()
                : Optional.of(new Credentials(path.key(), "", "", "", path.link(), null));
        return new Caller(
                Optional.of(address),
                /* proxied= */ false,
                /* trustedPeer= */ false,
                host(request.tcUrl()),
                port,
                given);
    }

    private static String host(String url) {
        try {
            String host = URI.create(url).getHost();
            return host == null ? "" : host;
        } catch (IllegalArgumentException malformed) {
            return "";
        }
    }

    /** Returns the line for the log about a publisher that is refused. */
    static String mayNotPublish(StreamPath path, InetAddress address, Verdict verdict) {
        return "camera " + path.camera() + ": " + address.getHostAddress() + " may not publish by RTMP: "
                + sentence(verdict);
    }

    /** Returns the sentence for a client that is refused. */
    static String sentence(Verdict verdict) {
        return verdict instanceof Verdict.Refused refused
                ? refused.sentence()
                : "Names and passwords have no place in RTMP: a link from /{camera}/links does, as ?link=TOKEN, or a key as ?key=KEY.";
    }
}
