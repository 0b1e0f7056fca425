package dev.perch.config;

/**
 * Another version of a camera's picture, made when somebody watches it.
 *
 * @param name in addresses, {@code [a-z0-9][a-z0-9-]*}
 * @param quality its size, which the picture fits in, its rate at most, and how good it is
 */
public record RenditionConfig(String name, Quality quality) {}
