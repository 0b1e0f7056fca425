package dev.perch.dash;

import dev.perch.window.WindowView;

/**
 * One rendition of the pictures in a manifest of several.
 *
 * @param id the name
 * @param folder of the segments, relative to the manifest; empty or ending with a slash
 * @param view of the window, playable
 */
public record Rendered(String id, String folder, WindowView view) {}
