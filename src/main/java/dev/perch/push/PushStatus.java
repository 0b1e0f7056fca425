package dev.perch.push;

import java.util.Locale;

/**
 * The state of a push.
 *
 * @param name by which it is started and stopped
 * @param server its scheme and host
 * @param reason why it sends nothing, or what the server may complain about, a sentence without secrets; empty if all is well
 * @param sentBytes since it was started
 * @param frames pictures sent since then
 * @param dropped pictures left out because the server was too slow
 * @param connects the number of connections
 */
public record PushStatus(
        String name,
        String server,
        State state,
        String reason,
        long sentBytes,
        long frames,
        long dropped,
        int connects) {
    public enum State {
        /** An operator has stopped it, or not started it. */
        OFF,
        /** It waits for the camera's picture, or for the server. */
        CONNECTING,
        SENDING,
        /** The server was lost, or refuses; the push tries again. */
        RETRYING;

        /** Returns the word for pages and /stats. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
