package dev.perch.mqtt;

/**
 * The topics of one Perch, and by which Home Assistant finds its cameras.
 *
 * @param prefix what its own begin with
 */
record Topics(String prefix) {
    static final String ONLINE = "online";
    static final String OFFLINE = "offline";

    /** Where it says that it is there, and the broker that it has gone. */
    String status() {
        return prefix + "/status";
    }

    /** Where a camera's state is told. */
    String state(String camera) {
        return prefix + "/" + camera + "/state";
    }

    /** Where a camera's pictures come. */
    String picture(String camera) {
        return prefix + "/" + camera + "/picture";
    }

    /** Returns a name of this camera that no other Perch's has at the same broker. */
    String uniqueId(String camera) {
        return node() + "_" + camera;
    }

    /** Where Home Assistant is told of one of its entities: {@code discovery/component/node/object/config}. */
    String config(String discovery, String component, String camera) {
        return discovery + "/" + component + "/" + node() + "/" + camera + "/config";
    }

    private String node() {
        return prefix.replace('/', '_');
    }
}
