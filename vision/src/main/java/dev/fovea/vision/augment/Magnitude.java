package dev.fovea.vision.augment;

import dev.fovea.data.Sample;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Tensor;

/** The changes that RandAugment and TrivialAugment draw from, each of a strength in [0, 1]. */
enum Magnitude {
  IDENTITY {
    @Override
    Sample apply(Sample p, double strength, boolean negative) {
      return p;
    }
  },
  SHEAR_X {
    @Override
    Sample apply(Sample p, double strength, boolean negative) {
      return Geometric.about(p, Projection.shear(signed(0.3 * strength, negative), 0));
    }
  },
  SHEAR_Y {
    @Override
    Sample apply(Sample p, double strength, boolean negative) {
      return Geometric.about(p, Projection.shear(0, signed(0.3 * strength, negative)));
    }
  },
  TRANSLATE_X {
    @Override
    Sample apply(Sample p, double strength, boolean negative) {
      double by = signed(150.0 / 331 * strength * p.width(), negative);
      return Geometric.about(p, Projection.shift(by, 0));
    }
  },
  TRANSLATE_Y {
    @Override
    Sample apply(Sample p, double strength, boolean negative) {
      double by = signed(150.0 / 331 * strength * p.height(), negative);
      return Geometric.about(p, Projection.shift(0, by));
    }
  },
  ROTATE {
    @Override
    Sample apply(Sample p, double strength, boolean negative) {
      return Geometric.about(p, Projection.turn(signed(30 * strength, negative)));
    }
  },
  BRIGHTNESS {
    @Override
    Sample apply(Sample p, double strength, boolean negative) {
      return p.with(Colours.brightness(p.picture(), factor(strength, negative)));
    }
  },
  COLOUR {
    @Override
    Sample apply(Sample p, double strength, boolean negative) {
      return p.with(Colours.saturation(p.picture(), factor(strength, negative)));
    }
  },
  CONTRAST {
    @Override
    Sample apply(Sample p, double strength, boolean negative) {
      return p.with(Colours.contrast(p.picture(), factor(strength, negative)));
    }
  },
  SHARPNESS {
    @Override
    Sample apply(Sample p, double strength, boolean negative) {
      return p.with(Colours.sharpness(p.picture(), factor(strength, negative)));
    }
  },
  POSTERIZE {
    @Override
    Sample apply(Sample p, double strength, boolean negative) {
      int bits = 8 - (int) Math.round(4 * strength);
      return p.with(Colours.posterize(p.picture(), bits));
    }
  },
  SOLARIZE {
    @Override
    Sample apply(Sample p, double strength, boolean negative) {
      Tensor changed = Colours.solarize(p.picture(), 256 * (1 - strength));
      return p.with(changed);
    }
  },
  AUTO_CONTRAST {
    @Override
    Sample apply(Sample p, double strength, boolean negative) {
      return p.with(Colours.autoContrast(p.picture()));
    }
  },
  EQUALIZE {
    @Override
    Sample apply(Sample p, double strength, boolean negative) {
      return p.with(Colours.equalize(p.picture()));
    }
  };

  abstract Sample apply(Sample p, double strength, boolean negative);

  static double signed(double value, boolean negative) {
    return negative ? -value : value;
  }

  static double factor(double strength, boolean negative) {
    return 1 + signed(0.9 * strength, negative);
  }

  static Magnitude draw(Rng rng) {
    return values()[rng.nextInt(values().length)];
  }
}
