package dev.fovea.apps.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BeamSearchTest {
  private static final int END = 2;

  private static Tensor logs(double... p) {
    Tensor logs = Tensor.zeros(Shape.of(p.length));
    for (int i = 0; i < p.length; i++) {
      logs.data()[i] = (float) Math.log(p[i]);
    }
    return logs;
  }

  /** p(0) = 0.6, but after 0 nothing is likely; after 1, of p = 0.4, comes the end for sure. */
  private static List<BeamSearch.Next<Integer>> trap(List<BeamSearch.Found<Integer>> beginnings) {
    return beginnings.stream()
        .map(b -> {
          int first = b.tokens().isEmpty() ? END : b.tokens().getFirst();
          Tensor next =
              first == END ? logs(.6, .4, 0) : first == 0 ? logs(.35, .33, .32) : logs(0, 0, 1);
          return new BeamSearch.Next<>(next, 0);
        })
        .toList();
  }

  @Test
  void aBeamFindsWhatIsLikelierThanTheLikeliestBeginning() {
    BeamSearch.Found<Integer> greedy =
        new BeamSearch(1, 3, END).from(0, BeamSearchTest::trap).getFirst();
    assertThat(greedy.tokens()).containsExactly(0, 0, 0);
    assertThat(greedy.ended()).isFalse();
    assertThat(greedy.log()).isCloseTo(Math.log(.6 * .35 * .35), within(1e-6));
    BeamSearch.Found<Integer> best =
        new BeamSearch(2, 3, END).from(0, BeamSearchTest::trap).getFirst();
    assertThat(best.tokens()).containsExactly(1);
    assertThat(best.ended()).isTrue();
    assertThat(best.log()).isCloseTo(Math.log(.4), within(1e-6));
  }

  private static final int TOKENS = 4;

  /** log p of each token after each of the tokens, and at the beginning. */
  private static Tensor chain() {
    Rng rng = Seed.of(5).rng();
    Tensor chain = Tensor.zeros(Shape.of(TOKENS + 1, TOKENS));
    for (int i = 0; i < chain.data().length; i++) {
      chain.data()[i] = rng.nextFloat(-2, 2);
    }
    return chain;
  }

  private static List<BeamSearch.Next<Integer>> after(
      Tensor chain, List<BeamSearch.Found<Integer>> beginnings) {
    return beginnings.stream()
        .map(b -> {
          int last = b.tokens().isEmpty() ? TOKENS : b.tokens().getLast();
          return new BeamSearch.Next<>(chain.sample(last), last);
        })
        .toList();
  }

  /** All sequences of a chain with log p, ended or of the largest length. */
  private static void all(
      Tensor chain,
      List<Integer> tokens,
      double log,
      int longest,
      List<List<Integer>> found,
      List<Double> logs) {
    double[] next = Logs.softmax(chain, tokens.isEmpty() ? TOKENS : tokens.getLast());
    for (int t = 0; t < TOKENS; t++) {
      List<Integer> longer = new ArrayList<>(tokens);
      longer.add(t);
      if (t == END || longer.size() == longest) {
        found.add(longer);
        logs.add(log + next[t]);
      } else {
        all(chain, longer, log + next[t], longest, found, logs);
      }
    }
  }

  /** A beam as wide as there are sequences misses none: they come in the order of their worth. */
  @Test
  void aBeamThatIsWideEnoughFindsAll() {
    Tensor chain = chain();
    List<List<Integer>> found = new ArrayList<>();
    List<Double> logs = new ArrayList<>();
    all(chain, List.of(), 0, 4, found, logs);
    for (double alpha : List.of(0.0, 1.0)) {
      List<Double> worths = new ArrayList<>();
      for (int i = 0; i < found.size(); i++) {
        worths.add(logs.get(i) / Math.pow(found.get(i).size(), alpha));
      }
      worths.sort(Comparator.reverseOrder());
      BeamSearch search = new BeamSearch(1_000, 4, END).withLengthPower(alpha);
      List<BeamSearch.Found<Integer>> told = search.from(0, b -> after(chain, b));
      assertThat(told).hasSameSizeAs(found);
      for (int i = 0; i < told.size(); i++) {
        BeamSearch.Found<Integer> f = told.get(i);
        int length = f.tokens().size() + (f.ended() ? 1 : 0);
        assertThat(f.log() / Math.pow(length, alpha)).isCloseTo(worths.get(i), within(1e-9));
      }
    }
  }

  @Test
  void whatIsRuledOutIsNotTaken() {
    BeamSearch.Step<Integer> step =
        b -> b.stream().map(f -> new BeamSearch.Next<>(logs(0, .5, .5), 0)).toList();
    assertThat(new BeamSearch(9, 3, END).from(0, step))
        .hasSize(4)
        .allSatisfy(f -> assertThat(f.tokens()).doesNotContain(0));
  }

  @Test
  void badNumbersAndModelsAreOneLine() {
    assertThatThrownBy(() -> new BeamSearch(0, 3, END))
        .hasMessage(
            "beam search: a width and a length of 1 or more, an end and a length power of 0 or"
                + " more expected, got 0, 3, 2 and 0.0");
    BeamSearch search = new BeamSearch(2, 3, END);
    assertThatThrownBy(() -> search.from(0, b -> List.of()))
        .hasMessage("beam search: 1 beginnings, 0 nexts");
    assertThatThrownBy(() -> search.from(0, b -> List.of(new BeamSearch.Next<>(logs(1, 1), 0))))
        .hasMessage("beam search: a number of each token expected, of more than 2, got [2]");
    assertThatThrownBy(() -> search.from(0, b -> List.of(new BeamSearch.Next<>(logs(0, 0, 0), 0))))
        .hasMessage("beam search: no token may follow; their numbers are −∞ or none");
  }
}
