package dev.perch.testing;

/** A headless browser of Debian, as the tests use it. */
public interface Browser extends AutoCloseable {
    /** Opens a page and waits for it. */
    void open(String address);

    /** Runs a script in the page as the body of a function of {@code arguments}. Returns its value as numbers, strings, booleans, lists and maps, or null. */
    @org.jspecify.annotations.Nullable
    Object run(String script, Object... arguments);

    /** Presses keys one after the other at the page's focus. Keys without a character are written as WebDriver's characters. */
    void type(String keys);

    /** Returns a PNG of the window. */
    byte[] screenshot();

    /** Returns the name and version of the browser. */
    String name();

    @Override
    void close();
}
