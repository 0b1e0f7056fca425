package dev.perch.web;

import dev.perch.camera.Camera;
import dev.perch.camera.Cameras;
import dev.perch.memory.MemoryWatch;
import dev.perch.memory.MemoryWatch.Step;
import dev.perch.web.segments.SegmentAnswers;

/** What gives memory back when the system's runs short: the windows of HLS and DASH, the cameras' rings, what makes formats, and viewers. */
final class MemorySheds {
    /** At each poll while memory is nearly gone. */
    private static final int SHARE_CLOSED = 4;

    private final Cameras cameras;
    private final Audience audience;
    private final SegmentAnswers segments;

    private MemorySheds(Cameras cameras, Audience audience, SegmentAnswers segments) {
        this.cameras = cameras;
        this.audience = audience;
        this.segments = segments;
    }

    /** Has the cameras' watch call them in its order. */
    static void register(Cameras cameras, Audience audience, SegmentAnswers segments) {
        MemorySheds sheds = new MemorySheds(cameras, audience, segments);
        cameras.watch().register(Step.HLS_WINDOW, sheds.new Windows());
        cameras.watch().register(Step.RINGS, sheds.new Rings());
        cameras.watch().register(Step.DERIVED_FORMATS, sheds.new Derived());
        cameras.watch().register(Step.NEWEST_VIEWERS, sheds.new Newest());
    }

    private final class Windows implements MemoryWatch.Shedder {
        @Override
        public long shed() {
            return segments.save(true);
        }

        @Override
        public void restore() {
            segments.save(false);
        }

        @Override
        public boolean holdsAny() {
            return segments.running();
        }
    }

    private final class Rings implements MemoryWatch.Shedder {
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

    private final class Derived implements MemoryWatch.Shedder {
        @Override
        public long shed() {
            return cameras.all().stream().mapToLong(this::shed).sum();
        }

        private long shed(Camera camera) {
            String numbers = cameras.watch()
                    .status()
                    .free()
                    .map(free -> ": " + free + ".")
                    .orElse(".");
            var ended = camera.holdDerived(
                    "Memory is short, so camera " + camera.id() + " gives only what its source gives" + numbers);
            long ringBytes = ended.stream()
                    .mapToLong(kind -> camera.feed(kind).stats().ringBytes())
                    .sum();
            return ringBytes + audience.closeWatching(camera, ended);
        }

        @Override
        public void restore() {
            cameras.all().forEach(Camera::resumeDerived);
        }
    }

    /** Half of those who were there when memory was nearly gone stay, those who came first. */
    private final class Newest implements MemoryWatch.Shedder {
        private int stay = -1;

        @Override
        public long shed() {
            int present = audience.stayingCount();
            if (stay < 0) {
                stay = (present + 1) / 2;
            }
            int share = (present + SHARE_CLOSED - 1) / SHARE_CLOSED;
            return audience.closeNewest(Math.max(0, Math.min(share, present - stay)));
        }

        @Override
        public void restore() {
            stay = -1;
        }
    }
}
