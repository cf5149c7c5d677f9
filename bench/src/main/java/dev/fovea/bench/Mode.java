package dev.fovea.bench;

import dev.fovea.tensor.FoveaException;
import java.util.Locale;

/** What is done with a network. */
enum Mode {
  /** The network's outputs for one batch. */
  INFER,
  /** Forward, cross-entropy, backward and a step of SGD with momentum, on one batch that stays. */
  TRAIN;

  /** The operations of a training step over those of inference, as is usually counted. */
  private static final int BACKWARD = 3;

  /** Returns the name in options and reports. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns how often the forward operations count. */
  int passes() {
    return this == TRAIN ? BACKWARD : 1;
  }

  /**
   * Returns the mode of this name.
   *
   * @throws FoveaException if there is none
   */
  static Mode of(String name) {
    for (Mode m : values()) {
      if (m.label().equals(name)) {
        return m;
      }
    }
    throw new FoveaException("--mode: must be infer or train, got \"" + name + "\"");
  }
}
