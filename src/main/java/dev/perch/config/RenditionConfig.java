package dev.perch.config;

/**
 * Another version of a camera's picture, made while somebody watches it.
 *
 * @param name in addresses, {@code [a-z0-9][a-z0-9-]*}
 * @param quality with the size that the picture must fit into and the highest rate
 */
public record RenditionConfig(String name, Quality quality) {}
