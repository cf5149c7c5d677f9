package dev.fovea.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The exceptions in training a model: which parameters are frozen, and which layers behave as in
 * inference, or as in training although their parameters are frozen.
 *
 * @param frozen which parameters are not updated
 * @param modes how some layers behave; the last that matches a layer counts
 */
record TrainingRules(Predicate<String> frozen, List<Mode> modes) {
  /** All parameters are updated, all layers behave as in training. */
  static final TrainingRules NONE = new TrainingRules(name -> false, List.of());

  /** The layers of a pattern, and whether they behave as in training. */
  record Mode(PathPattern layers, boolean training) {}

  TrainingRules {
    modes = List.copyOf(modes);
  }

  TrainingRules with(PathPattern layers, boolean training) {
    List<Mode> more = new ArrayList<>(modes);
    more.add(new Mode(layers, training));
    return new TrainingRules(frozen, more);
  }

  TrainingRules freeze(Predicate<String> more) {
    return new TrainingRules(frozen.or(more), modes);
  }

  boolean isFrozen(String parameter) {
    return frozen.test(parameter);
  }

  /** Returns the layers whose behaviour was set, and to what, in the order of setting. */
  String behaviours() {
    return modes.stream()
        .map(m -> m.layers.text() + (m.training ? " as in training" : " as in inference"))
        .collect(Collectors.joining(", "));
  }

  /**
   * Returns whether a layer was set to behave as in training; empty if its behaviour was not set.
   */
  Optional<Boolean> asInTraining(String layer) {
    Optional<Boolean> told = Optional.empty();
    for (Mode m : modes) {
      told = m.layers.matches(layer) ? Optional.of(m.training) : told;
    }
    return told;
  }
}
