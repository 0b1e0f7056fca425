package dev.perch.web.status;

import dev.perch.config.Redaction;

/**
 * An event of a camera, its recording or one of its pushes.
 *
 * @param what a word such as {@code camera-lost}
 * @param push the name of the push; empty if none is concerned
 * @param reason a sentence without secrets; empty if all is well again
 * @param wallClockMicros since 1970
 */
public record Event(String what, String camera, String push, String reason, long wallClockMicros) {
    /** The longest reason kept: a driver's or a program's words may be long, and a hundred events are kept. */
    private static final int LONGEST_REASON = 400;

    public Event {
        reason = reason.length() > LONGEST_REASON
                ? Redaction.general().redactCut(reason.substring(0, LONGEST_REASON))
                : Redaction.general().redact(reason);
    }
}
