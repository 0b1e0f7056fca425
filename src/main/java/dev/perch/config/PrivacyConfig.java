package dev.perch.config;

import java.util.List;

/**
 * What a camera is not to show.
 *
 * @param when the times at which it is private: always, by hours of the week, or only while an operator wants it
 * @param recordsCard whether recordings and pushes go on with the card that stands in the picture's place; otherwise they pause
 * @param masks the parts of its picture that are never shown
 */
public record PrivacyConfig(RecordingTimes when, boolean recordsCard, List<Mask> masks) {
    /** Leaves it to an operator when the camera is private. */
    public static final PrivacyConfig NONE =
            new PrivacyConfig(RecordingTimes.BUTTON, /* recordsCard= */ false, List.of());

    public PrivacyConfig {
        masks = List.copyOf(masks);
    }
}
