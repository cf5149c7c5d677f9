package dev.fovea.studio.state;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How a network learns the classes of its user. */
public enum TeachingWay {
  /** What it computes of pictures stays as it is; a new last layer learns. */
  FROZEN(0),
  /** All layers learn further, slowly. */
  FINE_TUNED(1e-3),
  /**
   * All layers learn, and begin with their weights shuffled, which keeps no feature. The running
   * statistics of batch norms begin as they were and follow the pictures.
   */
  SCRATCH(3e-3);

  private final double rate;

  TeachingWay(double rate) {
    this.rate = rate;
  }

  /** Returns the learning rate of Adam, where all layers learn. */
  double rate() {
    return rate;
  }

  /** Returns its name as pages write it, such as {@code fine-tuned}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Returns all names. */
  public static List<String> names() {
    return Arrays.stream(values()).map(TeachingWay::text).toList();
  }

  /** Returns the way of one of these names. */
  public static TeachingWay of(String name) {
    return values()[names().indexOf(name)];
  }
}
