package dev.perch.app;

import dev.perch.config.PerchConfig;
import dev.perch.mqtt.MqttLink;
import java.util.Optional;

/** Those who tell others of the cameras: a program, a broker. Each looks every second, and one that fails does not keep the other from it. */
final class EverySecond implements Runnable, AutoCloseable {
    private final Optional<EventHooks> hooks;
    private final Optional<MqttLink> mqtt;

    private EverySecond(Optional<EventHooks> hooks, Optional<MqttLink> mqtt) {
        this.hooks = hooks;
        this.mqtt = mqtt;
    }

    /** Begins those that {@code config} asks for. */
    static EverySecond of(PerchConfig config, EventHooks.Seen seen) {
        return new EverySecond(
                Optional.of(config.onEvent())
                        .filter(words -> !words.isEmpty())
                        .map(words -> EventHooks.of(words, seen)),
                config.mqtt().map(wish -> MqttLink.start(wish, seen.cameras(), CommandAnswers.version())));
    }

    @Override
    public void run() {
        try {
            hooks.ifPresent(Runnable::run);
        } finally {
            mqtt.ifPresent(Runnable::run);
        }
    }

    @Override
    public void close() {
        try {
            hooks.ifPresent(EventHooks::close);
        } finally {
            mqtt.ifPresent(MqttLink::close);
        }
    }
}
