package dev.fovea.engine.kernel.testing;

import dev.fovea.tensor.Rng;

/** How an input of a case is filled. */
public enum Fill {
  /** In [−1, 1). */
  SYMMETRIC {
    @Override
    float draw(Rng rng, int i, int n) {
      return rng.nextFloat(-1, 1);
    }
  },
  /** In [0.1, 2). */
  POSITIVE {
    @Override
    float draw(Rng rng, int i, int n) {
      return rng.nextFloat(0.1f, 2);
    }
  },
  /** In [−100, 100), with both ends and 0 first. */
  WIDE {
    @Override
    float draw(Rng rng, int i, int n) {
      return i < 3 ? (i - 1) * 100 : rng.nextFloat(-100, 100);
    }
  },
  /** In [−8, 8). */
  MODERATE {
    @Override
    float draw(Rng rng, int i, int n) {
      return rng.nextFloat(-8, 8);
    }
  },
  /** Whole numbers from −1 to 1, so that many are equal. */
  TIES {
    @Override
    float draw(Rng rng, int i, int n) {
      return rng.nextInt(3) - 1;
    }
  },
  /** Whole numbers from −1 to 12: class indices, some of them out of range. */
  INDICES {
    @Override
    float draw(Rng rng, int i, int n) {
      return rng.nextInt(14) - 1;
    }
  },
  /** Whole numbers from 0 to 65535: the quarters of a random key. */
  KEY {
    @Override
    float draw(Rng rng, int i, int n) {
      return rng.nextInt(65536);
    }
  },
  /** Means in [−1, 1), then variances in [0.2, 2). */
  MOMENTS {
    @Override
    float draw(Rng rng, int i, int n) {
      return i < n / 2 ? rng.nextFloat(-1, 1) : rng.nextFloat(0.2f, 2);
    }
  },
  /**
   * In [99, 101) for the first tenth, then in [−1, 1): what comes first tells little of the mean.
   */
  STEP {
    @Override
    float draw(Rng rng, int i, int n) {
      return i < n / 10 ? rng.nextFloat(99, 101) : rng.nextFloat(-1, 1);
    }
  },
  /** Whole numbers of 8 bits, −128 to 127, of a byte's bits. */
  BYTES {
    @Override
    float draw(Rng rng, int i, int n) {
      return (byte) (i * 37);
    }
  },
  /** Whole numbers from 0 to 255. */
  UNSIGNED {
    @Override
    float draw(Rng rng, int i, int n) {
      return rng.nextInt(256);
    }
  },
  /** Whole numbers from −128 to 127. */
  SIGNED {
    @Override
    float draw(Rng rng, int i, int n) {
      return rng.nextInt(256) - 128;
    }
  },
  /** In [0.0001, 0.002): what sums of products of bytes are multiplied by. */
  MULTIPLIERS {
    @Override
    float draw(Rng rng, int i, int n) {
      return rng.nextFloat(0.0001f, 0.002f);
    }
  },
  /** Multiples of ½ from −300 to 300, within and beyond the bounds of bytes, and two NaNs. */
  HALVES {
    @Override
    float draw(Rng rng, int i, int n) {
      if (i < 2) {
        return Float.intBitsToFloat(i == 0 ? 0x7FC00000 : 0x7FC000FF); // the low byte tells no step
      }
      return (rng.nextInt(1201) - 600) / 2f;
    }
  },
  /** Boxes of four numbers: most of them in a picture of 16 × 16, some empty or inside out. */
  REGIONS {
    @Override
    float draw(Rng rng, int i, int n) {
      return i % 4 < 2 ? rng.nextFloat(-3, 10) : rng.nextFloat(4, 19);
    }
  },
  /** Boxes of four numbers, each with the number of one of three maps. */
  LEVELS {
    @Override
    float draw(Rng rng, int i, int n) {
      return i % 5 == 4 ? rng.nextInt(3) : i % 5 < 2 ? rng.nextFloat(-3, 10) : rng.nextFloat(4, 19);
    }
  },
  /** In [999, 1001): a mean that is large beside the deviation. */
  SHIFTED {
    @Override
    float draw(Rng rng, int i, int n) {
      return rng.nextFloat(999, 1001);
    }
  };

  /** Returns element {@code i} of {@code n}. */
  abstract float draw(Rng rng, int i, int n);

  /** Returns {@code n} elements. */
  public float[] values(Rng rng, int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = draw(rng, i, n);
    }
    return values;
  }
}
