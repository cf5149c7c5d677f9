package dev.fovea.train;

import dev.fovea.tensor.FoveaException;
import java.util.List;

/**
 * Parameters that are frozen until an epoch begins (Howard and Ruder, 2018).
 *
 * @param epoch the epoch from which on they are trained, from 1
 * @param patterns patterns of their names
 */
record Unfreezing(int epoch, List<String> patterns) {
  Unfreezing {
    patterns = List.copyOf(patterns);
    if (epoch < 1 || patterns.isEmpty()) {
      throw new FoveaException(
          "unfreezing: needs an epoch of at least 1 and a pattern, got epoch " + epoch);
    }
  }
}
