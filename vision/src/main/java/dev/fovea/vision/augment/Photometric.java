package dev.fovea.vision.augment;

import static dev.fovea.vision.augment.Draws.between;
import static dev.fovea.vision.augment.Draws.shortest;

import dev.fovea.data.Augmentation;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Tensor;

/** Augmentations of brightness and colour, which do not change marks. */
public final class Photometric {
  private Photometric() {}

  /** A random change of a picture's values. */
  @FunctionalInterface
  private interface OfPicture {
    Tensor of(Tensor image, Rng rng);
  }

  private static Augmentation values(String name, OfPicture change) {
    Augmentation augmentation = (p, rng) -> p.with(change.of(p.picture(), rng));
    return augmentation.named(name);
  }

  private static double factor(Rng rng, double range) {
    return between(rng, Math.max(0, 1 - range), 1 + range);
  }

  /** Returns values multiplied by a factor from 1 − range to 1 + range. */
  public static Augmentation brightness(double range) {
    Draws.require("brightness", range, 0, 10);
    return values(
        "brightness:" + shortest(range), (i, r) -> Colours.brightness(i, factor(r, range)));
  }

  /** Returns differences from the mean grey multiplied by a factor from 1 − range to 1 + range. */
  public static Augmentation contrast(double range) {
    Draws.require("contrast", range, 0, 10);
    return values("contrast:" + shortest(range), (i, r) -> Colours.contrast(i, factor(r, range)));
  }

  /** Returns differences from grey multiplied by a factor from 1 − range to 1 + range. */
  public static Augmentation saturation(double range) {
    Draws.require("saturation", range, 0, 10);
    return values(
        "saturation:" + shortest(range), (i, r) -> Colours.saturation(i, factor(r, range)));
  }

  /** Returns hues rotated by up to this share of the colour circle in either direction. */
  public static Augmentation hue(double range) {
    Draws.require("hue", range, 0, 0.5);
    return values("hue:" + shortest(range), (i, r) -> Colours.hue(i, between(r, -range, range)));
  }

  /** Returns pictures without colour with this probability. */
  public static Augmentation grey(double probability) {
    Draws.require("grey", probability, 0, 1);
    return values(
        "grey:" + shortest(probability),
        (i, r) -> r.nextDouble() < probability ? Colours.grey(i) : i);
  }

  /** Returns negatives (255 minus each value) with this probability. */
  public static Augmentation invert(double probability) {
    Draws.require("invert", probability, 0, 1);
    return values(
        "invert:" + shortest(probability),
        (i, r) -> r.nextDouble() < probability ? Colours.map(i, v -> 255 - v) : i);
  }

  /** Returns a Gaussian blur with a standard deviation of up to this many pixels. */
  public static Augmentation blur(double most) {
    Draws.require("blur", most, 0, 50);
    return values("blur:" + shortest(most), (i, r) -> Colours.blur(i, between(r, 0, most)));
  }

  /** Returns Gaussian noise with a standard deviation of up to this value, on the scale 0 … 255. */
  public static Augmentation noise(double most) {
    Draws.require("noise", most, 0, 255);
    return values(
        "noise:" + shortest(most),
        (i, r) -> {
          double deviation = between(r, 0, most);
          return Colours.map(i, v -> v + r.nextGaussian(deviation));
        });
  }
}
