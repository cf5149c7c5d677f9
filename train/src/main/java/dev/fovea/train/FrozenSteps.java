package dev.fovea.train;

import dev.fovea.tensor.FoveaException;
import java.util.List;

/**
 * Parameters that are frozen in some steps.
 *
 * @param from the first of them, from 0
 * @param to the first step after them
 * @param patterns patterns of their names
 */
record FrozenSteps(long from, long to, List<String> patterns) implements Freezing {
  FrozenSteps {
    patterns = List.copyOf(patterns);
    if (from < 0 || to <= from || patterns.isEmpty()) {
      throw new FoveaException(
          "freezing: needs a pattern, a first step of at least 0 and a later end, got steps %s to %s"
              .formatted(from, to));
    }
  }

  @Override
  public List<String> at(long step) {
    return step >= from && step < to ? patterns : List.of();
  }

  @Override
  public String description() {
    return patterns + " from step " + from + " to " + to;
  }
}
