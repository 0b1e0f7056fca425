package dev.perch.camera;

import dev.perch.memory.Shedder;
import dev.perch.memory.Step;

/** The cameras' rings, each down to its last GOP while memory is short. */
final class RingShedder implements Shedder {
    private static final Step STEP = new Step(20, "rings", "rings shortened to one GOP", /* lastResort= */ false);

    private final Cameras cameras;

    RingShedder(Cameras cameras) {
        this.cameras = cameras;
    }

    @Override
    public Step step() {
        return STEP;
    }

    @Override
    public long shed() {
        return cameras.all().stream()
                .mapToLong(camera -> camera.saveRings(true))
                .sum();
    }

    @Override
    public void restore() {
        cameras.all().forEach(camera -> camera.saveRings(false));
    }
}
