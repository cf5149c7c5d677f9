package dev.fovea.apps.text;

import dev.fovea.tensor.FoveaException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * BLEU of a whole set of sentences: how many of their runs of 1, 2, … n words are in references,
 *
 * <pre>BLEU-n = b · (p₁ · … · pₙ)^(1/n),</pre>
 *
 * where pₖ is the share of runs of k words that occur in a reference of their sentence, each as
 * often as there at most, and b = exp(1 − r/c), at most 1, punishes sentences shorter (c words in
 * all) than their nearest references (r) (Papineni et al., 2002).
 */
public final class Bleu {
  private static final Pattern WORD = Pattern.compile("[a-z0-9']+");

  private Bleu() {}

  /** Returns the words of a text: runs of letters, digits and apostrophes in lower case. */
  public static List<String> words(String text) {
    return WORD.matcher(text.toLowerCase(Locale.ROOT)).results().map(MatchResult::group).toList();
  }

  /**
   * Returns BLEU-n.
   *
   * @param told a sentence each, as words
   * @param references the references of each
   * @param n the longest run, 4 as a rule
   * @throws FoveaException if there are not as many of both, or a sentence has no reference
   */
  public static double of(List<List<String>> told, List<List<List<String>>> references, int n) {
    if (told.size() != references.size() || references.stream().anyMatch(List::isEmpty)) {
      throw new FoveaException(
          "BLEU: %s sentences and references for %s, one or more for each expected"
              .formatted(told.size(), references.size()));
    }
    double logs = 0;
    for (int k = 1; k <= n; k++) {
      logs += Math.log(precision(told, references, k)) / n;
    }
    long own = 0;
    long nearest = 0;
    for (int i = 0; i < told.size(); i++) {
      own += told.get(i).size();
      nearest += nearest(told.get(i).size(), references.get(i));
    }
    double brevity = own >= nearest ? 1 : Math.exp(1 - (double) nearest / own);
    return brevity * Math.exp(logs);
  }

  private static double precision(
      List<List<String>> told, List<List<List<String>>> references, int k) {
    long hits = 0;
    long all = 0;
    for (int i = 0; i < told.size(); i++) {
      Map<List<String>, Integer> most = new HashMap<>();
      for (List<String> reference : references.get(i)) {
        runs(reference, k).forEach((run, count) -> most.merge(run, count, Math::max));
      }
      for (Map.Entry<List<String>, Integer> run : runs(told.get(i), k).entrySet()) {
        all += run.getValue();
        hits += Math.min(run.getValue(), most.getOrDefault(run.getKey(), 0));
      }
    }
    return all == 0 ? 0 : (double) hits / all;
  }

  private static Map<List<String>, Integer> runs(List<String> words, int k) {
    Map<List<String>, Integer> counts = new HashMap<>();
    for (int i = 0; i + k <= words.size(); i++) {
      counts.merge(List.copyOf(words.subList(i, i + k)), 1, Integer::sum);
    }
    return counts;
  }

  /** Returns the length of the reference that is nearest to it, the shorter one of two. */
  private static int nearest(int length, List<List<String>> references) {
    int best = references.get(0).size();
    for (List<String> r : references) {
      int off = Math.abs(r.size() - length);
      int least = Math.abs(best - length);
      best = off < least || (off == least && r.size() < best) ? r.size() : best;
    }
    return best;
  }
}
