package dev.perch.testing;

/** A browser of Debian's, headless, and what a test asks of it. */
public interface Browser extends AutoCloseable {
    /** Opens a page and waits for it. */
    void open(String address);

    /** Runs a script in the page, as the body of a function of {@code arguments}; its value as numbers, strings, booleans, lists and maps, or null. */
    @org.jspecify.annotations.Nullable
    Object run(String script, Object... arguments);

    /** Presses these keys one after the other, wherever the page has its focus; WebDriver's characters stand for those without one. */
    void type(String keys);

    /** Returns a PNG of the window. */
    byte[] screenshot();

    /** Its name and version. */
    String name();

    @Override
    void close();
}
