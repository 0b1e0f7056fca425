package dev.perch.v4l2;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Finds the name that somebody may have meant. */
final class Spelling {
    /** The longest word that is compared. The longest name of a control has 31 characters. */
    private static final int MAX_COMPARED = 64;

    private Spelling() {}

    /** Returns the nearest of {@code names} if it is near: one slip in three characters, or {@code typed} is a part of it ({@code exposure}). */
    static Optional<String> nearest(String typed, List<String> names) {
        String word = typed.toLowerCase(Locale.ROOT).replaceAll("[- ]", "_");
        if (word.isEmpty() || word.length() > MAX_COMPARED) {
            return Optional.empty();
        }
        return names.stream()
                .filter(name -> name.length() <= MAX_COMPARED)
                .filter(name -> slips(word, name.toLowerCase(Locale.ROOT)) <= Math.max(1, name.length() / 3))
                .min(Comparator.comparingInt(name -> slips(word, name.toLowerCase(Locale.ROOT))))
                .or(() -> names.stream()
                        .filter(name -> word.length() > 2
                                && name.toLowerCase(Locale.ROOT).contains(word))
                        .findFirst());
    }

    /** Counts the characters to insert, delete or replace (Levenshtein's distance). */
    private static int slips(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
