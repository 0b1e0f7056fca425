package dev.perch.camera;

import dev.perch.memory.Shedder;
import dev.perch.memory.Step;

/** Shrinks the cameras' rings to one GOP each while memory is short. */
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
