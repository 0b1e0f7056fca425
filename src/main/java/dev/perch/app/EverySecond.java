package dev.perch.app;

import dev.perch.camera.Camera;
import dev.perch.config.PerchConfig;
import dev.perch.mqtt.MqttLink;
import dev.perch.push.Push;
import dev.perch.record.Recorder;
import dev.perch.web.status.Event;
import dev.perch.web.status.Events;
import org.jspecify.annotations.Nullable;

/**
 * The reporters of events: a log, a program, a broker. Each looks every second on the timer's thread, and one that fails does not hold up the others.
 * While all is well and nobody else is to be told, only reasons are checked, and no event class is loaded.
 */
final class EverySecond implements Runnable, AutoCloseable {
    private final EventHooks.Seen seen;
    private final Events log;
    private final @Nullable EventProgram program;
    private final @Nullable MqttLink mqtt;
    private @Nullable EventHooks hooks; // used by the timer's thread only

    private EverySecond(
            EventHooks.Seen seen, Events log, @Nullable EventProgram program, @Nullable MqttLink mqtt, boolean eager) {
        this.seen = seen;
        this.log = log;
        this.program = program;
        this.mqtt = mqtt;
        if (eager) {
            hooks = hooks();
        }
    }

    /**
     * Begins what {@code config} asks for. Published cameras are watched from the start, because a publisher that has gone counts as missing.
     */
    static EverySecond of(PerchConfig config, EventHooks.Seen seen, Events log) {
        boolean published = !seen.cameras().wildcards().wildcards().isEmpty()
                || seen.cameras().all().stream()
                        .anyMatch(camera -> camera.source().awaited().isPresent());
        EventProgram program = config.onEvent().isEmpty() ? null : new EventProgram(config.onEvent());
        MqttLink mqtt = config.mqtt().isEmpty()
                ? null
                : MqttLink.start(config.mqtt().get(), seen.cameras(), CommandAnswers.version());
        return new EverySecond(seen, log, program, mqtt, published || program != null);
    }

    private EventHooks hooks() {
        return new EventHooks(seen, seen.cameras().clock(), this::tell);
    }

    private void tell(Event event) {
        log.add(event);
        if (program != null) {
            program.run(event);
        }
    }

    @Override
    public void run() {
        try {
            if (hooks == null && anyTrouble()) {
                hooks = hooks();
            }
            if (hooks != null) {
                hooks.run();
            }
        } finally {
            if (mqtt != null) {
                mqtt.run();
            }
        }
    }

    private boolean anyTrouble() {
        for (Camera camera : seen.cameras().all()) {
            if (!camera.state().reason().isEmpty() || anyTrouble(camera)) {
                return true;
            }
        }
        if (seen.recordings().isPresent()) { // a lambda would load the class
            for (Recorder recorder : seen.recordings().get().all()) {
                if (!recorder.status().reason().isEmpty()) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean anyTrouble(Camera camera) {
        if (seen.pushes().isPresent()) {
            for (Push push : seen.pushes().get().of(camera.id())) {
                if (!push.status().reason().isEmpty()) {
                    return true;
                }
            }
        }
        return false;
    }

    @Override
    public void close() {
        try {
            if (program != null) {
                program.close();
            }
        } finally {
            if (mqtt != null) {
                mqtt.close();
            }
        }
    }
}
