package dev.perch.audience;

import dev.perch.camera.Camera;
import dev.perch.camera.Cameras;
import dev.perch.memory.Shedder;
import dev.perch.memory.Step;

/** Ends the derivations while memory is short, and tells their viewers. */
public final class DerivedShedder implements Shedder {
    private static final Step STEP = new Step(30, "derivedFormats", "derived formats stopped", /* lastResort= */ false);

    private final Cameras cameras;
    private final Audience audience;

    public DerivedShedder(Cameras cameras, Audience audience) {
        this.cameras = cameras;
        this.audience = audience;
    }

    @Override
    public Step step() {
        return STEP;
    }

    @Override
    public long shed() {
        return cameras.all().stream().mapToLong(this::shed).sum();
    }

    private long shed(Camera camera) {
        String numbers =
                cameras.watch().status().free().map(free -> ": " + free + ".").orElse(".");
        var ended = camera.derivations()
                .hold("Memory is short, so camera " + camera.id() + " gives only what its source gives" + numbers);
        long ringBytes = ended.stream()
                .mapToLong(encoding -> camera.feed(encoding).stats().ringBytes())
                .sum();
        return ringBytes + audience.closeWatching(camera, ended);
    }

    @Override
    public void restore() {
        cameras.all().forEach(camera -> camera.derivations().resume());
    }
}
