package dev.perch.dash;

import dev.perch.window.WindowView;

/**
 * One rendition of the pictures in a manifest of several.
 *
 * @param id its name
 * @param folder of its segments, relative to the manifest; empty or ends with a slash
 * @param view of its window, playable
 */
public record Rendered(String id, String folder, WindowView view) {}
