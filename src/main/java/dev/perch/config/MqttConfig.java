package dev.perch.config;

import java.time.Duration;
import java.util.Optional;

/**
 * The MQTT broker that is told of the cameras.
 *
 * @param host an IP address or a host name
 * @param user empty: none is named
 * @param password of the user; shown nowhere
 * @param tls whether it is reached by TLS
 * @param prefix what the topics of this program begin with; empty: {@code perch/} and the name of this machine
 * @param discovery what the topics begin with by which Home Assistant finds the cameras; empty: it does not
 * @param pictures how often a picture of each camera is sent; empty: never
 */
public record MqttConfig(
        String host,
        int port,
        String user,
        String password,
        boolean tls,
        String prefix,
        Optional<String> discovery,
        Optional<Duration> pictures) {
    /** As registered for MQTT. */
    static final int PORT = 1883;

    /** As registered for MQTT over TLS. */
    static final int TLS_PORT = 8883;

    /** Home Assistant's own default. */
    static final String DISCOVERY = "homeassistant";

    static final Duration PICTURES = Duration.ofMinutes(1);

    /** Returns the text for logs, without the password. */
    @Override
    public String toString() {
        return (tls ? "mqtts://" : "mqtt://") + host + ":" + port;
    }
}
