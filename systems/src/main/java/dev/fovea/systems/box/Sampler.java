package dev.fovea.systems.box;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Draws a fixed number of anchors that learn: at most a share of them objects, the others
 * background, as far as there are any.
 *
 * <p>Which are drawn follows from a hash of the seed, the sample and the anchor: the same ones on
 * any number of threads and in a resumed training.
 *
 * @param size how many are drawn of one sample
 * @param positives the largest share of objects, rounded down to a whole number of anchors
 */
public record Sampler(int size, double positives) {
  /**
   * Checks the numbers.
   *
   * @throws FoveaException if the size is below 1 or the share is not in 0 … 1
   */
  public Sampler {
    if (size < 1 || !(positives >= 0 && positives <= 1)) {
      throw new FoveaException(
          "sampler: need a size from 1 on and a share of 0 … 1, got %s and %s"
              .formatted(size, positives));
    }
  }

  /** Returns the sampler of region proposals: 256, at most half of them objects. */
  public static Sampler ofProposals() {
    return new Sampler(256, 0.5);
  }

  /** Returns the sampler of second stages: 512, at most a quarter of them objects. */
  public static Sampler ofRegions() {
    return new Sampler(512, 0.25);
  }

  /** Those that were drawn, by their numbers in rising order. */
  @SuppressWarnings("ArrayRecordComponent") // a result that is read at once, never compared
  public record Drawn(int[] objects, int[] background) {}

  /**
   * Returns the anchors that are drawn.
   *
   * @param matches the match of each anchor, as {@link Matcher} gives them
   * @param seed the seed of the step
   * @param sample the number of the sample
   */
  public Drawn draw(int[] matches, Seed seed, long sample) {
    Seed own = seed.split(sample);
    int[] objects = smallest(matches, own, (int) (size * positives), true);
    int[] background = smallest(matches, own, size - objects.length, false);
    return new Drawn(objects, background);
  }

  /** Returns the {@code count} anchors with the smallest hashes. */
  private static int[] smallest(int[] matches, Seed seed, int count, boolean objects) {
    int[] all =
        IntStream.range(0, matches.length)
            .filter(a -> objects ? matches[a] >= 0 : matches[a] == Matcher.BACKGROUND)
            .toArray();
    if (all.length <= count) {
      return all;
    }
    long[] hashes = Arrays.stream(all).mapToLong(a -> seed.split(a).value()).toArray();
    long[] sorted = hashes.clone();
    Arrays.sort(sorted);
    long limit = sorted[count];
    // Splitting is a bijection of the anchor's number: no two hashes are equal.
    return IntStream.range(0, all.length).filter(i -> hashes[i] < limit).map(i -> all[i]).toArray();
  }
}
