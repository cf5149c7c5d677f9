package dev.fovea.apps.search;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** How good the answers of searches are. */
public final class Retrieval {
  private Retrieval() {}

  /**
   * Returns the average precision of the first k answers: the mean over the relevant ones among
   * them of the share of relevant ones up to each, 0 if there is none; its mean over queries is
   * mAP@k.
   *
   * @param relevant which answers are right
   */
  public static double averagePrecision(List<Match> answers, int k, Predicate<String> relevant) {
    double sum = 0;
    int hits = 0;
    for (int i = 0; i < Math.min(k, answers.size()); i++) {
      if (relevant.test(answers.get(i).name())) {
        hits++;
        sum += (double) hits / (i + 1);
      }
    }
    return hits == 0 ? 0 : sum / hits;
  }

  /** Returns the share of the exact answers that are among others. */
  public static double recall(List<Match> answers, List<Match> exact) {
    Set<String> found = new HashSet<>();
    answers.forEach(m -> found.add(m.name()));
    return (double) exact.stream().filter(m -> found.contains(m.name())).count() / exact.size();
  }
}
