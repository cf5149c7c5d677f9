package dev.fovea.vision.augment;

import dev.fovea.tensor.Rng;

/** An augmentation under a name. */
record Step(String name, Augmentation change) implements Augmentation {
  @Override
  public Annotated apply(Annotated picture, Rng rng) {
    return change.apply(picture, rng);
  }
}
