package dev.fovea.apps.search;

import dev.fovea.tensor.FoveaException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * How good the answers of searches are.
 *
 * <p>The average precision at k of a search whose answers were r₁, r₂, … (1 if relevant, else 0)
 * while R of all are relevant is
 *
 * <pre>AP@k = Σ rᵢ · (r₁ + … + rᵢ) / i  over i = 1 … k,  divided by min(k, R)</pre>
 *
 * <p>so that relevant ones that are not found count as well as wrong ones that are; the mean over
 * queries is mAP@k.
 */
public final class Retrieval {
  private Retrieval() {}

  /**
   * Returns the average precision of the first k answers, 0 to 1.
   *
   * @param relevant how many of all that could be found are relevant, at least 1: without any a
   *     search has no average precision
   * @param isRelevant which answers are right
   */
  public static double averagePrecision(
      List<Match> answers, int k, int relevant, Predicate<String> isRelevant) {
    requireRelevant(k, relevant);
    double sum = 0;
    int hits = 0;
    for (int i = 0; i < Math.min(k, answers.size()); i++) {
      if (isRelevant.test(answers.get(i).name())) {
        hits++;
        sum += (double) hits / (i + 1);
      }
    }
    return sum / Math.min(k, relevant);
  }

  /**
   * Returns the average precision at k that answers in random order have on average. With R of N
   * relevant it is
   *
   * <pre>Σ R / N · (1 + (i − 1) · (R − 1) / (N − 1)) / i  over i = 1 … k,  divided by min(k, R)
   * </pre>
   *
   * <p>for the i-th answer is relevant with the probability R / N, and each of those before it is
   * then with (R − 1) / (N − 1).
   *
   * @param relevant how many of all are relevant, at least 1
   */
  public static double chance(int k, int relevant, int all) {
    requireRelevant(k, relevant);
    double first = (double) relevant / all;
    double others = (relevant - 1.0) / Math.max(1, all - 1);
    double sum = 0;
    for (int i = 1; i <= Math.min(k, all); i++) {
      sum += first * (1 + (i - 1) * others) / i;
    }
    return sum / Math.min(k, relevant);
  }

  private static void requireRelevant(int k, int relevant) {
    if (k < 1 || relevant < 1) {
      throw new FoveaException(
          "average precision: at least 1 answer and 1 relevant one expected, got %s and %s"
              .formatted(k, relevant));
    }
  }

  /** Returns the share of the exact answers that are among others. */
  public static double recall(List<Match> answers, List<Match> exact) {
    Set<String> found = new HashSet<>();
    answers.forEach(m -> found.add(m.name()));
    return (double) exact.stream().filter(m -> found.contains(m.name())).count() / exact.size();
  }
}
