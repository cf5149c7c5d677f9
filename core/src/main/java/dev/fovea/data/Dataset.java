package dev.fovea.data;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * A data set: a numbered collection of samples of one kind.
 *
 * <p>Several threads read at once, so an implementation must be thread-safe. A sample depends on
 * nothing but its index and the seed it is read with.
 */
public interface Dataset {
  /** Returns the number of samples. */
  int size();

  /** Returns the shape of the first input; for pictures [H, W, C]. */
  Shape inputShape();

  /** Returns the shapes of all inputs of a sample; the first alone by default. */
  default List<Shape> inputShapes() {
    return List.of(inputShape());
  }

  /** Returns the form of each target, one per mark of a sample; a class label by default. */
  default List<Target> targets() {
    return List.of(Target.label());
  }

  /** Returns the shapes of the targets of a sample. */
  default List<Shape> targetShapes() {
    return targets().stream().map(Target::shape).toList();
  }

  /**
   * Returns how the picture, the first input, is normalised when samples are put into a batch,
   * after all augmentations. By default it is not.
   */
  default Optional<Preprocessing> normalization() {
    return Optional.empty();
  }

  /** Returns the names of the classes in the order of their labels; empty for a regression. */
  default List<String> classes() {
    return List.of();
  }

  /** Returns whether {@link #batches} visits the samples in random order; false by default. */
  default boolean inRandomOrder() {
    return false;
  }

  /**
   * Returns a description of the augmentations, empty if there are none. A training can be resumed
   * only with a data set of the same description.
   */
  default String description() {
    return "";
  }

  /**
   * Returns one sample.
   *
   * @param index the number of the sample, 0 … size−1
   * @param seed the sample's own randomness, different in every epoch
   */
  Sample read(int index, Seed seed);

  /** Returns a copy of the first input of a sample, normalised as for a network. */
  default Tensor input(int index, Seed seed) {
    Tensor input = read(index, seed).picture().copy();
    normalization().ifPresent(rule -> rule.normalize(input.data(), 0, input.data().length));
    return input;
  }

  /** Returns one sample as a batch of 1, normalised as for a network. */
  default Batch sample(int index) {
    try (BatchStream stream = subset(index).batches(1).open(Seed.of(0))) {
      return Objects.requireNonNull(stream.next());
    }
  }

  /** Returns this data set with another normalisation of its pictures. */
  default Dataset normalized(Preprocessing rule) {
    return new Normalized(this, rule);
  }

  /** Returns this data set with its samples visited in a new random order in every epoch. */
  default Dataset shuffled() {
    return new Shuffled(this);
  }

  /** Returns this data set with an augmentation, applied to every sample when it is read. */
  default Dataset augment(Augmentation change) {
    return new Augmented(this, change);
  }

  /**
   * Returns this data set with other marks, computed from each sample when it is read. It turns
   * annotations into the targets that a loss takes.
   *
   * @param targets the forms of the marks
   * @param marks returns the marks of a sample; several threads call it at once
   */
  default Dataset marked(List<Target> targets, Function<Sample, List<Mark>> marks) {
    return new Marked(this, List.copyOf(targets), marks);
  }

  /** Returns the samples of these indices, in this order. */
  default Dataset subset(int... indices) {
    return new Subset(this, indices);
  }

  /** Returns the first {@code n} samples, or all if there are fewer. */
  default Dataset take(int n) {
    int[] indices = new int[Math.clamp(n, 0, size())];
    Arrays.setAll(indices, i -> i);
    return subset(indices);
  }

  /**
   * Returns a random split: {@code fraction} of the samples, at least one, to train on and the
   * rest, at least one, to test with.
   *
   * @throws FoveaException if the fraction is not between 0 and 1 or there is only one sample
   */
  default DataSplit split(double fraction, Seed seed) {
    if (!(fraction > 0 && fraction < 1) || size() < 2) {
      throw new FoveaException(
          "a split needs a fraction between 0 and 1 and two samples, got "
              + fraction
              + " of "
              + size());
    }
    int[] order = seed.rng().permutation(size());
    int cut = Math.clamp(Math.round(fraction * size()), 1, size() - 1);
    return new DataSplit(
        subset(Arrays.copyOf(order, cut)), subset(Arrays.copyOfRange(order, cut, order.length)));
  }

  /**
   * Returns this data set in batches of {@code size} samples, the last of an epoch perhaps smaller.
   *
   * @throws FoveaException if {@code size} is not positive or there are no samples
   */
  default Batches batches(int size) {
    return Batches.of(this, size);
  }
}
