package dev.perch.config;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Who may watch and who may publish.
 *
 * @param users the file with those who are let in by name and password; empty: nobody has a name
 * @param containerUsers whether the servlet container knows users and passwords instead
 * @param links the file in which signed links are kept; empty: they end with the program
 * @param guests who watches without a name where users have one; empty: nobody
 * @param ofAll the lists that hold for every camera without a list of its own, and for the program's own addresses
 * @param ofCamera the lists of single cameras, by their ids; each stands in the place of the one for all
 */
public record AccessConfig(
        Optional<Path> users,
        boolean containerUsers,
        Optional<Path> links,
        Optional<AddressRules> guests,
        Lists ofAll,
        Map<String, Lists> ofCamera) {
    /** Says nothing of anybody. */
    public static final AccessConfig NONE = new AccessConfig(
            Optional.empty(), /* containerUsers= */ false, Optional.empty(), Optional.empty(), Lists.NONE, Map.of());

    public AccessConfig {
        ofCamera = Map.copyOf(ofCamera);
    }

    /**
     * The lists of addresses.
     *
     * @param play who may watch; empty: as where nothing is configured
     * @param publish who may publish; empty: whoever has the camera's key
     */
    public record Lists(Optional<AddressRules> play, Optional<AddressRules> publish) {
        static final Lists NONE = new Lists(Optional.empty(), Optional.empty());
    }

    /** Returns whether callers have to say who they are. */
    public boolean named() {
        return users.isPresent() || containerUsers;
    }

    /** Returns the list of who may watch {@code camera}; empty for the program as a whole. */
    public Optional<AddressRules> play(Optional<String> camera) {
        return own(camera).flatMap(Lists::play).or(ofAll::play);
    }

    /** Returns the list of who may publish to {@code camera}. */
    public Optional<AddressRules> publish(Optional<String> camera) {
        return own(camera).flatMap(Lists::publish).or(ofAll::publish);
    }

    private Optional<Lists> own(Optional<String> camera) {
        return camera.map(ofCamera::get);
    }
}
