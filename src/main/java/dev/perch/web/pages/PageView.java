package dev.perch.web.pages;

import java.util.List;

/**
 * The values for a template; every text is ready for the page but not escaped.
 *
 * @param title of the window
 * @param root the path from the page to the program's root: empty, or {@code ../}
 * @param assets the path from the page to the static files of this version, with its last slash
 * @param address of the page as requested, with a final slash; snippets begin with it
 * @param linked whether the request came by a signed link, which reaches one camera and nothing else
 * @param named whether it came from a browser that has logged in, and may log out
 * @param operating whether it came from somebody who may change things
 * @param recordings whether the page has a line of time
 * @param memory who holds what of the budget
 * @param look the body's classes: of a wall, such as {@code n9} for nine cameras and {@code bare} inside another page; else empty
 * @param cameras those shown
 * @param snippets lines to copy; none on the wall
 */
record PageView(
        String title,
        String root,
        String assets,
        String address,
        String version,
        boolean linked,
        boolean named,
        boolean operating,
        boolean recordings,
        MemoryView memory,
        String look,
        List<CameraView> cameras,
        List<Snippet> snippets) {

    /** A line to copy. */
    record Snippet(String title, String text) {}
}
