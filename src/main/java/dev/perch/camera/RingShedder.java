package dev.perch.camera;

import dev.perch.memory.Shedder;
import dev.perch.memory.Step;
import java.util.List;

/** The cameras' rings, each down to its last GOP while memory is short. */
final class RingShedder implements Shedder {
    private static final Step STEP = new Step(20, "rings", "rings shortened to one GOP", /* lastResort= */ false);

    private final List<Camera> cameras;

    RingShedder(List<Camera> cameras) {
        this.cameras = cameras;
    }

    @Override
    public Step step() {
        return STEP;
    }

    @Override
    public long shed() {
        return cameras.stream().mapToLong(camera -> camera.saveRings(true)).sum();
    }

    @Override
    public void restore() {
        cameras.forEach(camera -> camera.saveRings(false));
    }
}
