package dev.perch.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The pictures made from a camera's own.
 *
 * @param turn applies to all of them
 * @param renditions in the order of the file
 */
public record PicturesConfig(Turn turn, List<RenditionConfig> renditions) {
    public PicturesConfig {
        renditions = List.copyOf(renditions);
    }

    /** Returns whether there is only the camera's own picture, unchanged. */
    boolean plain() {
        return turn.equals(Turn.NONE) && renditions.isEmpty();
    }

    /** Returns these pictures with further renditions. */
    PicturesConfig and(List<RenditionConfig> others) {
        List<RenditionConfig> all = new ArrayList<>(renditions);
        all.addAll(others);
        return new PicturesConfig(turn, all);
    }

    /** Returns the rendition of that name. */
    public Optional<RenditionConfig> rendition(String name) {
        return renditions.stream().filter(each -> each.name().equals(name)).findFirst();
    }
}
