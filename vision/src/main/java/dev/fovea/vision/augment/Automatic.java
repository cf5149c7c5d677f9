package dev.fovea.vision.augment;

import dev.fovea.data.Augmentation;
import dev.fovea.data.Sample;
import dev.fovea.tensor.Rng;

/** Augmentations that choose at random from a list of fourteen changes. */
public final class Automatic {
  private static final double STRENGTHS = 30;

  private Automatic() {}

  /**
   * Returns RandAugment: several random changes, possibly repeated, of the same strength (Cubuk,
   * Zoph, Shlens, Le, 2020).
   *
   * @param changes the number of changes; 2 in the paper for ImageNet
   * @param strength the strength from 0 to 30; 9 in the paper for ImageNet
   */
  public static Augmentation randAugment(int changes, int strength) {
    Draws.require("randaugment changes", changes, 0, 20);
    Draws.require("randaugment strength", strength, 0, STRENGTHS);
    Augmentation rand =
        (p, rng) -> {
          Sample q = p;
          for (int i = 0; i < changes; i++) {
            q = once(q, strength / STRENGTHS, rng);
          }
          return q;
        };
    return rand.named("randaugment:" + changes + ":" + strength);
  }

  /** Returns TrivialAugment: one random change of random strength (Müller, Hutter, 2021). */
  public static Augmentation trivialAugment() {
    Augmentation trivial = (p, rng) -> once(p, rng.nextInt(31) / STRENGTHS, rng);
    return trivial.named("trivialaugment");
  }

  private static Sample once(Sample p, double strength, Rng rng) {
    Magnitude change = Magnitude.draw(rng);
    return change.apply(p, strength, rng.nextInt(2) == 1);
  }
}
