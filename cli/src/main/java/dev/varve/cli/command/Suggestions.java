package dev.varve.cli.command;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/// Guesses what a mistyped word was meant to be.
final class Suggestions {
    private Suggestions() {}

    /// The nearest words, best first, none further than a third of the word's letters.
    static List<String> near(String typed, Collection<String> words) {
        int most = Math.max(1, (typed.length() + 1) / 3);
        return words.stream()
                .filter(word -> distance(typed, word) <= most)
                .sorted(
                        Comparator.comparingInt((String word) -> distance(typed, word))
                                .thenComparing(Comparator.naturalOrder()))
                .limit(3)
                .toList();
    }

    /// Edits between two words, a swap of neighbours counting as one (optimal string alignment).
    static int distance(String a, String b) {
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                cost[i][j] = i == 0 || j == 0 ? i + j : cheapest(cost, a, b, i, j);
            }
        }
        return cost[a.length()][b.length()];
    }

    private static int cheapest(int[][] cost, String a, String b, int i, int j) {
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        int least = Math.min(cost[i - 1][j] + 1, cost[i][j - 1] + 1);
        least = Math.min(least, cost[i - 1][j - 1] + change);
        boolean swapped =
                i > 1
                        && j > 1
                        && a.charAt(i - 1) == b.charAt(j - 2)
                        && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(least, cost[i - 2][j - 2] + 1) : least;
    }
}
