package dev.fovea.vision.augment;

import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Tensor;

/** The changes that RandAugment and TrivialAugment draw from, each of a strength in [0, 1]. */
enum Magnitude {
  IDENTITY {
    @Override
    Annotated apply(Annotated p, double strength, boolean negative) {
      return p;
    }
  },
  SHEAR_X {
    @Override
    Annotated apply(Annotated p, double strength, boolean negative) {
      return Geometric.about(p, Projection.shear(signed(0.3 * strength, negative), 0));
    }
  },
  SHEAR_Y {
    @Override
    Annotated apply(Annotated p, double strength, boolean negative) {
      return Geometric.about(p, Projection.shear(0, signed(0.3 * strength, negative)));
    }
  },
  TRANSLATE_X {
    @Override
    Annotated apply(Annotated p, double strength, boolean negative) {
      double by = signed(150.0 / 331 * strength * p.width(), negative);
      return Geometric.about(p, Projection.shift(by, 0));
    }
  },
  TRANSLATE_Y {
    @Override
    Annotated apply(Annotated p, double strength, boolean negative) {
      double by = signed(150.0 / 331 * strength * p.height(), negative);
      return Geometric.about(p, Projection.shift(0, by));
    }
  },
  ROTATE {
    @Override
    Annotated apply(Annotated p, double strength, boolean negative) {
      return Geometric.about(p, Projection.turn(signed(30 * strength, negative)));
    }
  },
  BRIGHTNESS {
    @Override
    Annotated apply(Annotated p, double strength, boolean negative) {
      return p.withImage(Colours.brightness(p.image(), factor(strength, negative)));
    }
  },
  COLOUR {
    @Override
    Annotated apply(Annotated p, double strength, boolean negative) {
      return p.withImage(Colours.saturation(p.image(), factor(strength, negative)));
    }
  },
  CONTRAST {
    @Override
    Annotated apply(Annotated p, double strength, boolean negative) {
      return p.withImage(Colours.contrast(p.image(), factor(strength, negative)));
    }
  },
  SHARPNESS {
    @Override
    Annotated apply(Annotated p, double strength, boolean negative) {
      return p.withImage(Colours.sharpness(p.image(), factor(strength, negative)));
    }
  },
  POSTERIZE {
    @Override
    Annotated apply(Annotated p, double strength, boolean negative) {
      int bits = 8 - (int) Math.round(4 * strength);
      return p.withImage(Colours.posterize(p.image(), bits));
    }
  },
  SOLARIZE {
    @Override
    Annotated apply(Annotated p, double strength, boolean negative) {
      Tensor changed = Colours.solarize(p.image(), 256 * (1 - strength));
      return p.withImage(changed);
    }
  },
  AUTO_CONTRAST {
    @Override
    Annotated apply(Annotated p, double strength, boolean negative) {
      return p.withImage(Colours.autoContrast(p.image()));
    }
  },
  EQUALIZE {
    @Override
    Annotated apply(Annotated p, double strength, boolean negative) {
      return p.withImage(Colours.equalize(p.image()));
    }
  };

  abstract Annotated apply(Annotated p, double strength, boolean negative);

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
