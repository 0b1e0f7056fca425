package dev.perch.config;

/**
 * One value of the configuration, for people.
 *
 * @param key where it stands, such as {@code cameras.front.size}
 * @param value as it is written; secrets are hidden
 * @param origin who says it
 * @param detail where: the line of the file, the name of the variable; empty otherwise
 */
public record Setting(String key, String value, Origin origin, String detail) {
    /** Who says a value. */
    public enum Origin {
        LINE("line"),
        ENVIRONMENT("environment"),
        COMMAND_LINE("command line"),
        DEFAULT("default");

        private final String word;

        Origin(String word) {
            this.word = word;
        }

        /** Returns the word for it. */
        public String word() {
            return word;
        }
    }
}
