package dev.fovea.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.function.DoubleSupplier;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Seeds and the generator: their sequences are fixed for ever, and their moments are right. */
final class RandomTest {
  private static final int DRAWS = 200_000;

  /**
   * The first three outputs of SplitMix64 from state 1234567, the values that implementations of it
   * are commonly checked with.
   */
  @Test
  void sequenceIsThatOfSplitMix64() {
    Rng rng = new Rng(1234567);
    assertThat(rng.nextLong()).isEqualTo(6457827717110365317L);
    assertThat(rng.nextLong()).isEqualTo(3203168211198807973L);
    assertThat(Long.toUnsignedString(rng.nextLong())).isEqualTo("9817491932198370423");
  }

  /** Compares mean and variance of draws; 5 standard errors are allowed for. */
  private static void moments(DoubleSupplier draw, double mean, double variance, double fourth) {
    double[] x = DoubleStream.generate(draw).limit(DRAWS).toArray();
    double m = Arrays.stream(x).average().orElseThrow();
    double v = Arrays.stream(x).map(a -> (a - mean) * (a - mean)).average().orElseThrow();
    assertThat(m).isCloseTo(mean, within(5 * Math.sqrt(variance / DRAWS)));
    double error = Math.sqrt((fourth - variance * variance) / DRAWS);
    assertThat(v).isCloseTo(variance, within(5 * error));
  }

  @Test
  void uniformMoments() {
    // Mean 1/2, variance 1/12, fourth central moment 1/80.
    moments(new Rng(1)::nextFloat, 0.5, 1.0 / 12, 1.0 / 80);
    moments(new Rng(2)::nextDouble, 0.5, 1.0 / 12, 1.0 / 80);
    Rng rng = new Rng(3);
    // Twice as wide as (0, 1) around 2: variance ×4, fourth moment ×16.
    moments(() -> rng.nextFloat(1, 3), 2, 4.0 / 12, 16.0 / 80);
  }

  @Test
  void gaussianMoments() {
    moments(new Rng(4)::nextGaussian, 0, 1, 3);
    Rng rng = new Rng(5);
    long beyondTwo =
        IntStream.range(0, DRAWS).filter(_ -> Math.abs(rng.nextGaussian()) > 2).count();
    // P(|z| > 2) = 0.0455
    assertThat((double) beyondTwo / DRAWS).isCloseTo(0.0455, within(0.003));
  }

  @Test
  void staysInRange() {
    Rng rng = new Rng(6);
    for (int i = 0; i < DRAWS; i++) {
      assertThat(rng.nextFloat() < 1).isTrue();
      int n = rng.nextInt(7);
      assertThat(n >= 0 && n < 7).isTrue();
    }
    assertThat(rng.nextInt(1)).isZero();
  }

  @Test
  void integersAreEquallyLikely() {
    int[] counts = new int[10];
    Rng rng = new Rng(7);
    for (int i = 0; i < DRAWS; i++) {
      counts[rng.nextInt(10)]++;
    }
    double expected = DRAWS / 10.0;
    double chi = Arrays.stream(counts).mapToDouble(c -> (c - expected) * (c - expected)).sum();
    // χ² with 9 degrees of freedom exceeds 33.7 once in 10,000 times.
    assertThat(chi / expected).isLessThan(33.7);
  }

  @Test
  void permutationsHoldEachNumberOnceAndAreAllReached() {
    int[] p = new Rng(8).permutation(1000);
    assertThat(Arrays.stream(p).sorted().toArray()).isEqualTo(IntStream.range(0, 1000).toArray());
    assertThat(p).isNotEqualTo(IntStream.range(0, 1000).toArray());
    assertThat(new Rng(9).permutation(0)).isEmpty();
    Set<String> seen = new HashSet<>();
    Rng rng = new Rng(10);
    for (int i = 0; i < 500; i++) {
      seen.add(Arrays.toString(rng.permutation(4)));
    }
    assertThat(seen).hasSize(24);
  }

  @Test
  void seedsSplitByLabelAndIndex() {
    Seed seed = Seed.of(42);
    assertThat(seed.split("a")).isEqualTo(seed.split("a")).isNotEqualTo(seed.split("b"));
    assertThat(seed.split("ab")).isNotEqualTo(seed.split("a").split("b"));
    assertThat(seed.split("")).isNotEqualTo(seed);
    Set<Long> values = new HashSet<>();
    for (int i = 0; i < 10_000; i++) {
      values.add(seed.split(i).value());
    }
    assertThat(values).hasSize(10_000);
    assertThat(seed.rng().nextLong()).isEqualTo(new Rng(42).nextLong());
  }

  @Test
  void splitSequencesAreUncorrelated() {
    double product = 0;
    for (int i = 0; i < DRAWS; i++) {
      double a = Seed.of(1).split(i).rng().nextDouble() - 0.5;
      double b = Seed.of(1).split(i + 1).rng().nextDouble() - 0.5;
      product += a * b;
    }
    // The product's deviation is 1/12.
    assertThat(product / DRAWS).isCloseTo(0, within(5.0 / 12 / Math.sqrt(DRAWS)));
  }

  @Test
  void fastNormalNumbersAreTheStrictOnesToTheBit() {
    for (double deviation : new double[] {1, 0.1234567, 3e-30, 1e-44, 0}) {
      Rng fast = new Rng(5);
      Rng strict = new Rng(5);
      float[] many = new float[1_000_000];
      Rng manyAtOnce = new Rng(5);
      manyAtOnce.nextGaussians(deviation, many, 0, 1);
      manyAtOnce.nextGaussians(deviation, many, 1, many.length - 1);
      for (int i = 0; i < many.length; i++) {
        int expected = Float.floatToRawIntBits((float) (deviation * strict.nextGaussian()));
        if (Float.floatToRawIntBits(fast.nextGaussian(deviation)) != expected
            || Float.floatToRawIntBits(many[i]) != expected) {
          throw new AssertionError("number " + i + " of deviation " + deviation);
        }
      }
      assertThat(manyAtOnce.nextLong()).isEqualTo(strict.nextLong());
    }
  }

  @Test
  void skippingAndGoingAheadLeaveOutNumbers() {
    Rng rng = new Rng(7);
    Rng ahead = rng.ahead(3);
    Rng skipped = new Rng(7);
    skipped.skip(3);
    rng.nextLong();
    rng.nextLong();
    rng.nextLong();
    long expected = rng.nextLong();
    assertThat(ahead.nextLong()).isEqualTo(expected);
    assertThat(skipped.nextLong()).isEqualTo(expected);
  }
}
