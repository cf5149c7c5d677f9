package dev.fovea.nn;

import dev.fovea.io.Suggest;
import dev.fovea.tensor.FoveaException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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

  /** Returns these rules with some more parameters frozen; each pattern must match one. */
  TrainingRules freeze(Parameters parameters, String... patterns) {
    Predicate<String> all = frozen;
    for (String pattern : patterns) {
      all = all.or(Set.copyOf(parameters.matching(pattern))::contains);
    }
    return new TrainingRules(all, modes);
  }

  /**
   * Returns these rules with some layers behaving as in training or as in inference; each pattern
   * must match a layer or the whole network.
   */
  TrainingRules behaving(boolean training, List<String> layers, String... patterns) {
    List<Mode> more = new ArrayList<>(modes);
    for (String pattern : patterns) {
      PathPattern p = PathPattern.of(pattern);
      if (layers.stream().noneMatch(p::matches) && !p.matches("")) {
        throw new FoveaException(
            "layers: nothing matches " + pattern + Suggest.hint(pattern, layers));
      }
      more.add(new Mode(p, training));
    }
    return new TrainingRules(frozen, more);
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
