package dev.fovea.quantize;

/** The squares of numbers, and of how far rounded ones are from them. */
final class Noise {
  private double signal;
  private double noise;

  void add(float[] exact, float[] rounded) {
    for (int i = 0; i < exact.length; i++) {
      noise += Math.pow((double) rounded[i] - exact[i], 2);
      signal += (double) exact[i] * exact[i];
    }
  }

  /** Returns √(noise / signal): 0 where both are 0, and 1 where only the signal is. */
  double share() {
    if (signal == 0) {
      return noise == 0 ? 0 : 1;
    }
    return Math.sqrt(noise / signal);
  }

  /** Returns signal to noise in decibels. */
  double decibels() {
    return -20 * Math.log10(share());
  }
}
