package dev.fovea.engine.compile.testing;

import dev.fovea.tensor.Rng;
import java.util.List;

/** Random choices, as fuzzing makes them. */
record Draw(Rng rng) {
  /** Returns true once in {@code n} times. */
  boolean once(int n) {
    return rng.nextInt(n) == 0;
  }

  /** Returns a whole number in [0, bound). */
  int below(int bound) {
    return rng.nextInt(bound);
  }

  /** Returns one of some numbers, each equally likely. */
  int of(int... numbers) {
    return numbers[rng.nextInt(numbers.length)];
  }

  /** Returns one of some things, each equally likely. */
  <T> T of(List<T> things) {
    return things.get(rng.nextInt(things.size()));
  }

  /** Returns a number of a normal distribution of deviation 0.7. */
  float normal() {
    return (float) (0.7 * rng.nextGaussian());
  }
}
