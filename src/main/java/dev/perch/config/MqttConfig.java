package dev.perch.config;

import java.time.Duration;
import java.util.Optional;

/**
 * The MQTT broker that receives news of the cameras.
 *
 * @param host an IP address or a host name
 * @param user empty for none
 * @param password of the user; never shown
 * @param tls whether to connect by TLS
 * @param prefix the beginning of the program's topics; empty for {@code perch/} and the machine's name
 * @param discovery the beginning of the topics by which Home Assistant finds the cameras; empty for no discovery
 * @param pictures how often a picture of each camera is sent; empty for never
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
    /** The registered port of MQTT. */
    static final int PORT = 1883;

    /** The registered port of MQTT over TLS. */
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
