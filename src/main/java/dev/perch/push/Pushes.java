package dev.perch.push;

import dev.perch.camera.Camera;
import dev.perch.camera.Cameras;
import dev.perch.config.PushConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All pushes of the program. Safe from any thread. */
public final class Pushes implements AutoCloseable {
    private final Map<String, List<Push>> ofCamera;

    private Pushes(Map<String, List<Push>> ofCamera) {
        this.ofCamera = ofCamera;
    }

    /** Starts the pushes that begin with the program. */
    public static Pushes start(Cameras cameras) {
        Map<String, List<Push>> all = new LinkedHashMap<>();
        for (Camera camera : cameras.all()) {
            List<Push> made = new ArrayList<>();
            for (PushConfig config : camera.config().pushes()) {
                made.add(new Push(camera, config, cameras.pool().budget(), cameras.clock()));
            }
            if (!made.isEmpty()) {
                all.put(camera.id(), List.copyOf(made));
            }
        }
        Pushes pushes = new Pushes(all);
        all.values().stream().flatMap(List::stream).filter(Push::startsItself).forEach(Push::start);
        return pushes;
    }

    /** Returns the pushes of a camera, in the order of the file. */
    public List<Push> of(String camera) {
        return Optional.ofNullable(ofCamera.get(camera)).orElse(List.of());
    }

    /** Does the periodic work. Called every second or so; does not wait. */
    public void tend() {
        for (List<Push> some : ofCamera.values()) {
            some.forEach(Push::tend);
        }
    }

    /** Stops all. */
    @Override
    public void close() {
        ofCamera.values().stream().flatMap(List::stream).forEach(Push::stop);
    }
}
