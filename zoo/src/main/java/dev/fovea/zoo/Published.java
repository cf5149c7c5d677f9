package dev.fovea.zoo;

import java.util.OptionalDouble;

/**
 * The error of a network on the validation images of ImageNet, as its paper reports it.
 *
 * @param top1 the share of images whose class is not the first guess, in percent
 * @param top5 the share of images whose class is not among the first five guesses, in percent
 * @param how the way it was measured: one network or several, one crop or many; empty if it was not
 */
public record Published(OptionalDouble top1, OptionalDouble top5, String how) {
  /** No error on ImageNet was published. */
  public static final Published NONE =
      new Published(OptionalDouble.empty(), OptionalDouble.empty(), "");

  /** Returns both errors. */
  static Published errors(double top1, double top5, String how) {
    return new Published(OptionalDouble.of(top1), OptionalDouble.of(top5), how);
  }

  /** Returns the error of the first guess where the other was not published. */
  static Published top1(double error, String how) {
    return new Published(OptionalDouble.of(error), OptionalDouble.empty(), how);
  }

  /** Returns the error of five guesses where the other was not published. */
  static Published top5(double error, String how) {
    return new Published(OptionalDouble.empty(), OptionalDouble.of(error), how);
  }
}
