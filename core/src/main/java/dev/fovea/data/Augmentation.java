package dev.fovea.data;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import java.util.List;

/**
 * A random change of a sample: of its picture together with all its marks. The same sample and seed
 * give the same bits.
 */
@FunctionalInterface
public interface Augmentation {
  /** Returns the changed sample; several threads call this at once. */
  Sample apply(Sample sample, Rng rng);

  /** Returns the name with all settings; two augmentations with the same name are the same. */
  default String name() {
    return "custom";
  }

  /** Returns the changed sample, with random numbers drawn from the sample's seed. */
  default Sample apply(Sample sample, Seed seed) {
    return apply(sample, seed.rng());
  }

  /** Returns this augmentation with another name, by which a resumed training recognises it. */
  default Augmentation named(String name) {
    return new Named(name, this);
  }

  /** Returns this augmentation followed by another. */
  default Augmentation then(Augmentation next) {
    Augmentation both = (sample, rng) -> next.apply(apply(sample, rng), rng);
    return both.named(name() + "," + next.name());
  }

  /**
   * Returns an augmentation that changes each sample with this probability.
   *
   * @throws FoveaException if the probability is not in [0, 1]
   */
  default Augmentation sometimes(double probability) {
    String text = Double.toString(probability).replaceFirst("\\.0$", "");
    if (!(probability >= 0 && probability <= 1)) {
      throw new FoveaException("probability " + text + ": a number from 0 to 1 expected");
    }
    Augmentation some = (s, rng) -> rng.nextDouble() < probability ? apply(s, rng) : s;
    return some.named((name().contains(",") ? "(" + name() + ")" : name()) + "@" + text);
  }

  /** Returns the augmentation that applies several in order; an empty list changes nothing. */
  static Augmentation sequence(List<Augmentation> steps) {
    Augmentation none = (sample, rng) -> sample;
    return steps.stream().reduce(Augmentation::then).orElse(none.named("none"));
  }

  /** An augmentation with another name. */
  record Named(String name, Augmentation change) implements Augmentation {
    @Override
    public Sample apply(Sample sample, Rng rng) {
      return change.apply(sample, rng);
    }
  }
}
