package dev.fovea.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Contestants on one case, in turns: each round measures every one once. */
final class Match {
  private final Case what;
  private final List<Contestant> contestants;
  private final Consumer<String> progress;
  private final Map<String, List<Measurement>> samples = new LinkedHashMap<>();
  private final Map<String, String> missing = new LinkedHashMap<>();

  /**
   * Creates a match.
   *
   * @param what the case
   * @param contestants who takes part, Fovea among them
   * @param progress is told what is being done, and each time that was measured
   */
  Match(Case what, List<Contestant> contestants, Consumer<String> progress) {
    this.what = what;
    this.contestants = List.copyOf(contestants);
    this.progress = progress;
  }

  /** Opens all, runs the rounds, closes all; whoever fails is out, with the reason. */
  Result compare(int rounds, double seconds) {
    try {
      for (Contestant c : contestants) {
        attempt(c, "warm-up", () -> c.open(what));
      }
      for (int i = 1; i <= rounds; i++) {
        for (Contestant c : turn(i)) {
          String round = "round " + i;
          attempt(c, round, () -> add(c, round, c.measure(seconds)));
        }
      }
    } finally {
      contestants.forEach(Contestant::close);
    }
    missing.keySet().forEach(samples::remove);
    return Result.of(what, samples, missing);
  }

  /** Each round begins with another contestant, so that no one always follows the same. */
  private List<Contestant> turn(int round) {
    List<Contestant> order = new ArrayList<>(contestants);
    Collections.rotate(order, 1 - round);
    return order;
  }

  private void add(Contestant c, String round, Measurement sample) {
    samples.computeIfAbsent(c.name(), n -> new ArrayList<>()).add(sample);
    tell(c, round + ": " + Result.rounded(sample.ms()) + " ms");
  }

  private void tell(Contestant c, String doing) {
    progress.accept(what + ": " + c.name() + ", " + doing);
  }

  private interface Action {
    void perform() throws MissingException;
  }

  private void attempt(Contestant c, String doing, Action action) {
    if (missing.containsKey(c.name())) {
      return;
    }
    tell(c, doing);
    try {
      action.perform();
    } catch (MissingException e) {
      missing.put(c.name(), e.reason());
    }
  }
}
