package dev.perch.config;

import java.util.List;

/**
 * The limits on what a camera shows.
 *
 * @param when the times at which it is private: always, by hours of the week, or only when an operator says so
 * @param recordsCard whether recordings and pushes continue with the card that replaces the picture; otherwise they pause
 * @param masks the parts of the picture that are never shown
 */
public record PrivacyConfig(RecordingTimes when, boolean recordsCard, List<Mask> masks) {
    /** Privacy by an operator's switch only. */
    public static final PrivacyConfig NONE =
            new PrivacyConfig(RecordingTimes.BUTTON, /* recordsCard= */ false, List.of());

    public PrivacyConfig {
        masks = List.copyOf(masks);
    }
}
