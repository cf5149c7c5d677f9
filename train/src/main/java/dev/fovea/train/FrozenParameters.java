package dev.fovea.train;

import dev.fovea.nn.Model;
import dev.fovea.nn.Parameters.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which of the parameters that a training changes are frozen in a step, and in how many steps
 * before it each was. Both follow from the rules alone.
 */
final class FrozenParameters {
  private static final long NOW = -1;

  private final Model model;
  private final List<Parameter> trained;
  private final List<Freezing> rules;
  private final boolean[] frozen;

  /** In how many of the steps that are counted each was frozen. */
  private final long[] rested;

  /** What {@link #enter} told last: in how many steps each was frozen, or {@link #NOW}. */
  private final long[] told;

  private long counted;
  private List<String> patterns = List.of();

  /**
   * Begins before the first step.
   *
   * @param trained the parameters that are trained in some step
   */
  FrozenParameters(Model model, List<Parameter> trained, List<Freezing> rules) {
    this.model = model;
    this.trained = trained;
    this.rules = rules;
    this.frozen = new boolean[trained.size()];
    this.rested = new long[trained.size()];
    this.told = new long[trained.size()];
  }

  /**
   * Goes to a step: to the next, or, where a training is resumed, to any. Allocates nothing where
   * no rule does, at most one of them freezes in the step, and nothing changes.
   *
   * @return whether other parameters are trained in it than before, or with another past
   */
  boolean enter(long step) {
    if (rules.isEmpty()) {
      return false;
    }
    if (step < counted) {
      Arrays.fill(rested, 0);
      counted = 0;
    }
    for (; counted < step; counted++) {
      take(counted);
      for (int i = 0; i < rested.length; i++) {
        rested[i] += frozen[i] ? 1 : 0;
      }
    }
    take(step);
    boolean changed = false;
    for (int i = 0; i < told.length; i++) {
      long is = frozen[i] ? NOW : rested[i];
      changed |= told[i] != is;
      told[i] = is;
    }
    return changed;
  }

  private void take(long step) {
    List<String> now = at(step);
    if (!now.equals(patterns)) {
      Model changed = model.freeze(now.toArray(String[]::new));
      for (int i = 0; i < frozen.length; i++) {
        frozen[i] = changed.isFrozen(trained.get(i).name());
      }
      patterns = List.copyOf(now);
    }
  }

  /** Returns whether nothing is trained in a step, which is gone to or not. */
  boolean isAllFrozen(long step) {
    Model then = model.freeze(at(step).toArray(String[]::new));
    return trained.stream().allMatch(p -> then.isFrozen(p.name()));
  }

  private List<String> at(long step) {
    List<String> all = List.of();
    for (int i = 0; i < rules.size(); i++) {
      List<String> some = rules.get(i).at(step);
      if (all.isEmpty()) {
        all = some;
      } else if (!some.isEmpty()) {
        all = new ArrayList<>(all);
        all.addAll(some);
      }
    }
    return all;
  }

  /** Returns the patterns of all that is frozen in the step. */
  List<String> patterns() {
    return patterns;
  }

  /** Returns the parameters that are trained in the step, each with how often it was frozen. */
  Map<Parameter, Long> changing() {
    Map<Parameter, Long> changing = new LinkedHashMap<>();
    for (int i = 0; i < frozen.length; i++) {
      if (!frozen[i]) {
        changing.put(trained.get(i), rested[i]);
      }
    }
    return changing;
  }
}
