package dev.fovea.engine.kernel;

import java.util.Locale;

/**
 * A device's code for one op at fixed shapes, as a compiler sees it; how it runs is between the
 * providers of a device and what runs its steps.
 */
public interface Kernel {
  /**
   * Returns the name of the algorithm, for reports: by default the words of the class's name, such
   * as {@code max pool} of {@code MaxPoolKernel}.
   */
  default String algorithm() {
    Class<?> named = getClass();
    while (named.getSimpleName().isEmpty() && named.getEnclosingClass() != null) {
      named = named.getEnclosingClass();
    }
    String words = named.getSimpleName().replaceFirst("Kernels?$", "");
    return words.replaceAll("(?<=[a-z0-9])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
  }

  /** Returns the memory it needs. */
  default Footprint footprint() {
    return Footprint.NONE;
  }
}
