package dev.fovea.vision.augment;

import dev.fovea.data.Preprocessing;
import dev.fovea.data.Transform;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;

/**
 * A random change of a picture and all that is marked in it, by the randomness it is given and
 * nothing else: the same picture and seed give the same bits.
 */
@FunctionalInterface
public interface Augmentation {
  /** Returns the changed picture; what comes in stays as it is. */
  Annotated apply(Annotated picture, Rng rng);

  /** Returns the name with its numbers; augmentations of one name are the same. */
  default String name() {
    return "custom";
  }

  /** Returns the changed picture for the randomness of one sample. */
  default Annotated apply(Annotated picture, Seed seed) {
    return apply(picture, seed.rng());
  }

  /** Returns this augmentation under a name. */
  default Augmentation named(String name) {
    return new Step(name, this);
  }

  /** Returns this augmentation followed by another. */
  default Augmentation then(Augmentation next) {
    Augmentation both = (picture, rng) -> next.apply(apply(picture, rng), rng);
    return both.named(name() + "," + next.name());
  }

  /**
   * Returns this augmentation done to a share of the pictures.
   *
   * @throws FoveaException if the probability is not in [0, 1]
   */
  default Augmentation sometimes(double probability) {
    Numbers.require("probability", probability, 0, 1);
    Augmentation some = (p, rng) -> rng.nextDouble() < probability ? apply(p, rng) : p;
    return some.named(name() + "@" + Numbers.shortest(probability));
  }

  /** Returns augmentations one after the other; no change if there are none. */
  static Augmentation sequence(List<Augmentation> steps) {
    Augmentation none = (picture, rng) -> picture;
    return steps.stream().reduce(Augmentation::then).orElse(none.named("none"));
  }

  /**
   * Returns this augmentation as a change of the inputs of a network.
   *
   * @param rule how pixels become inputs
   * @throws FoveaException when it is applied, if it changes the size
   */
  default Transform transform(Preprocessing rule) {
    Transform transform =
        (sample, offset, shape, rng) -> {
          Tensor pixels = Tensor.zeros(shape);
          int channels = shape.dim(2);
          for (int i = 0; i < shape.elements(); i++) {
            pixels.data()[i] = rule.denormalize(sample[offset + i], i % channels);
          }
          Tensor changed = apply(Annotated.of(pixels), rng).image();
          requireSize(shape, changed.shape());
          for (int i = 0; i < shape.elements(); i++) {
            sample[offset + i] = rule.normalize(changed.data()[i], i % channels);
          }
        };
    return transform.named(name());
  }

  private void requireSize(Shape wanted, Shape arrived) {
    if (!wanted.equals(arrived)) {
      throw new FoveaException(
          "augmentation %s: makes pictures of %s, the network takes %s"
              .formatted(name(), arrived.times(), wanted.times()));
    }
  }
}
