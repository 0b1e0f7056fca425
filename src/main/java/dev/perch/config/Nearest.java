package dev.perch.config;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Finds the word that a mistyped one may mean. */
final class Nearest {
    /** Longer words are not compared: no key has even half as many characters. */
    private static final int MAX_COMPARED = 40;

    private Nearest() {}

    /** Returns the nearest of {@code words} if it is near: one slip per three characters; case, hyphens and underscores are ignored. */
    static Optional<String> of(String typed, List<String> words) {
        if (typed.length() > MAX_COMPARED) {
            return Optional.empty();
        }
        String bare = bare(typed);
        return words.stream()
                .filter(word ->
                        distance(bare, bare(word)) <= Math.max(1, bare(word).length() / 3))
                .filter(word -> distance(bare, bare(word)) < bare(word).length())
                .min(Comparator.comparingInt(word -> distance(bare, bare(word))));
    }

    private static String bare(String word) {
        return word.toLowerCase(Locale.ROOT).replaceAll("[-_ ]", "");
    }

    /** Counts the characters to insert, delete, replace or swap with their neighbour (optimal string alignment distance). */
    static int distance(String a, String b) {
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                cost[i][j] = i == 0 || j == 0 ? i + j : step(cost, a, b, i, j);
            }
        }
        return cost[a.length()][b.length()];
    }

    private static int step(int[][] cost, String a, String b, int i, int j) {
        int replaced = cost[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        int best = Math.min(replaced, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
        boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(best, cost[i - 2][j - 2] + 1) : best;
    }
}
