package dev.perch.mqtt;

/**
 * The topics of one Perch, and those by which Home Assistant finds its cameras.
 *
 * @param prefix the beginning of its own topics
 */
record Topics(String prefix) {
    static final String ONLINE = "online";
    static final String OFFLINE = "offline";

    /** Returns the topic of the program's own state, published here or by the broker. */
    String status() {
        return prefix + "/status";
    }

    /** Returns the topic of a camera's state. */
    String state(String camera) {
        return prefix + "/" + camera + "/state";
    }

    /** Returns the topic of a camera's pictures. */
    String picture(String camera) {
        return prefix + "/" + camera + "/picture";
    }

    /** Returns a name of this camera that no other Perch at the same broker uses. */
    String uniqueId(String camera) {
        return node() + "_" + camera;
    }

    /** Returns the topic by which Home Assistant finds one of the entities: {@code discovery/component/node/object/config}. */
    String config(String discovery, String component, String camera) {
        return discovery + "/" + component + "/" + node() + "/" + camera + "/config";
    }

    private String node() {
        return prefix.replace('/', '_');
    }
}
