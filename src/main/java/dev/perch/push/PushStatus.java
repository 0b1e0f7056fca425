package dev.perch.push;

import java.util.Locale;

/**
 * What a push does.
 *
 * @param name by which it is started and stopped
 * @param server its scheme and host
 * @param reason why it sends nothing, or what the server may complain of, a sentence without secrets; empty if all is well
 * @param sentBytes since it was started
 * @param frames pictures that were sent since then
 * @param dropped pictures that were left out, because the server took them too slowly
 * @param connects how often it was connected
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
    /** The states of a push. */
    public enum State {
        /** An operator has stopped it, or not started it. */
        OFF,
        /** It waits for the camera's picture, or for the server. */
        CONNECTING,
        SENDING,
        /** The server was lost, or refuses: it is tried again. */
        RETRYING;

        /** Returns the word for pages and /stats. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
