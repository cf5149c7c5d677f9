package dev.fovea.systems.linear;

/**
 * A plane that separates features x into two classes: on one side w · x + b is positive.
 *
 * @param weights w
 * @param bias b
 */
@SuppressWarnings("ArrayRecordComponent") // a result that is read at once, never compared
public record Plane(double[] weights, double bias) {
  /** Returns w · x + b, which is 1 or more, −1 or less for what is clear. */
  public double margin(float... features) {
    double sum = bias;
    for (int i = 0; i < weights.length; i++) {
      sum += weights[i] * features[i];
    }
    return sum;
  }
}
