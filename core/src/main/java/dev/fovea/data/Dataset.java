package dev.fovea.data;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * A numbered collection of samples, each an input and what a network should make of it.
 *
 * <p>Several threads read at once, so an implementation is immutable or guards its state. What a
 * sample is depends on its index and the seed it is read with, on nothing else.
 */
public interface Dataset {
  /** Returns the number of samples. */
  int size();

  /** Returns the shape of one input; for pictures [H, W, C]. */
  Shape inputShape();

  /** Returns the shape of one target: a scalar for a class label, the default. */
  default Shape targetShape() {
    return Shape.scalar();
  }

  /**
   * Returns the shapes of the inputs of a sample, the one of {@link #inputShape} by default. Of
   * several inputs that shape is [elements of all], which lie one after the other.
   */
  default List<Shape> inputShapes() {
    return List.of(inputShape());
  }

  /** Returns the shapes of the targets of a sample; see {@link #inputShapes}. */
  default List<Shape> targetShapes() {
    return List.of(targetShape());
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
   * Returns what is done to the samples when they are read, empty if nothing; a training is resumed
   * only with samples of the same description.
   */
  default String description() {
    return "";
  }

  /**
   * Writes one sample into the arrays.
   *
   * @param index the number of the sample, 0 … size−1
   * @param seed the sample's own randomness, different in every epoch
   * @param input where {@code inputShape().elements()} values go, from {@code inputOffset} on
   * @param target where {@code targetShape().elements()} values go, from {@code targetOffset} on; a
   *     class label is its number
   */
  void read(int index, Seed seed, float[] input, int inputOffset, float[] target, int targetOffset);

  /** Returns this data set with its samples visited in a new random order in every epoch. */
  default Dataset shuffled() {
    return new Shuffled(this);
  }

  /**
   * Returns this data set with every input changed by a transform when it is read; of several
   * inputs the first.
   */
  default Dataset augment(Transform transform) {
    return new Augmented(this, transform);
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
