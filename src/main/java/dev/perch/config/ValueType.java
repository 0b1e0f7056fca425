package dev.perch.config;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The type of one key's value, which reads its text.
 *
 * @param accepted the accepted values, for people
 * @param words the fixed words among them, of which the nearest is suggested
 * @param later the words that this version recognizes but does not support
 * @param secret whether the text must not appear in messages
 * @param reader returns the value of a text; empty if the text is not accepted
 */
record ValueType<T>(
        String accepted, List<String> words, List<String> later, boolean secret, Function<String, Optional<T>> reader) {

    static <T> ValueType<T> of(String accepted, Function<String, Optional<T>> reader) {
        return new ValueType<>(accepted, List.of(), List.of(), /* secret= */ false, reader);
    }

    /** Returns a type with a few fixed words. */
    static <T> ValueType<T> words(List<T> values, List<String> later) {
        List<String> words = values.stream().map(T::toString).toList();
        return new ValueType<>(
                String.join(", ", words),
                words,
                later,
                /* secret= */ false,
                text -> values.stream()
                        .filter(value -> value.toString().equals(text))
                        .findFirst());
    }

    /** Returns the complaint about {@code text}, which the reader refused. */
    String complaint(String text) {
        if (secret) {
            return "found something else, accepted: " + accepted;
        }
        if (later.contains(text)) {
            return Text.quoted(text) + " is not in this version, accepted: " + accepted;
        }
        return "found " + Text.quoted(text)
                + Nearest.of(text, words)
                        .map(word -> ", did you mean " + Text.quoted(word) + "?")
                        .orElse(",")
                + " accepted: " + accepted;
    }
}
