package dev.perch.config;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The rules who may watch and who may publish.
 *
 * @param users the file of users with names and passwords; empty if nobody has a name
 * @param containerUsers whether the servlet container knows the users instead
 * @param links the file that stores signed links; empty if they end with the program
 * @param guests the addresses that may watch without a name where users have one; empty for none
 * @param ofAll the lists for the program's own addresses and for every camera without a list of its own
 * @param ofCamera the lists of single cameras, by id; each replaces the one for all
 */
public record AccessConfig(
        Optional<Path> users,
        boolean containerUsers,
        Optional<Path> links,
        Optional<AddressRules> guests,
        Lists ofAll,
        Map<String, Lists> ofCamera) {
    /** No rules. */
    public static final AccessConfig NONE = new AccessConfig(
            Optional.empty(), /* containerUsers= */ false, Optional.empty(), Optional.empty(), Lists.NONE, Map.of());

    public AccessConfig {
        ofCamera = Map.copyOf(ofCamera);
    }

    /**
     * The lists of addresses.
     *
     * @param play who may watch; empty for the default
     * @param publish who may publish; empty for everybody who has the camera's key
     */
    public record Lists(Optional<AddressRules> play, Optional<AddressRules> publish) {
        static final Lists NONE = new Lists(Optional.empty(), Optional.empty());
    }

    /** Returns whether callers must say who they are. */
    public boolean named() {
        return users.isPresent() || containerUsers;
    }

    /** Returns the list of those who may watch {@code camera}; without a camera, the program as a whole. */
    public Optional<AddressRules> play(Optional<String> camera) {
        return own(camera).flatMap(Lists::play).or(ofAll::play);
    }

    /** Returns the list of those who may publish to {@code camera}. */
    public Optional<AddressRules> publish(Optional<String> camera) {
        return own(camera).flatMap(Lists::publish).or(ofAll::publish);
    }

    private Optional<Lists> own(Optional<String> camera) {
        return camera.map(ofCamera::get);
    }
}
