package dev.perch.config;

/**
 * One value of the configuration, for people.
 *
 * @param key the full key, such as {@code cameras.front.size}
 * @param value as written; secrets are hidden
 * @param origin where the value comes from
 * @param detail the line of the file, or the name of the variable; else empty
 */
public record Setting(String key, String value, Origin origin, String detail) {
    public enum Origin {
        LINE("line"),
        ENVIRONMENT("environment"),
        COMMAND_LINE("command line"),
        DEFAULT("default");

        private final String word;

        Origin(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }
}
