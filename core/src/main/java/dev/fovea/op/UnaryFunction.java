package dev.fovea.op;

/** A function of one number that is applied to each element of a tensor. */
public enum UnaryFunction {
  /** −x. */
  NEGATE {
    @Override
    public double apply(double x) {
      return -x;
    }

    @Override
    Value gradient(Value x, Value y, Value dy) {
      return dy.map(NEGATE);
    }
  },
  /** eˣ. */
  EXP {
    @Override
    public double apply(double x) {
      return Math.exp(x);
    }

    @Override
    Value gradient(Value x, Value y, Value dy) {
      return dy.times(y);
    }
  },
  /** The natural logarithm. */
  LOG {
    @Override
    public double apply(double x) {
      return Math.log(x);
    }

    @Override
    Value gradient(Value x, Value y, Value dy) {
      return dy.over(x);
    }
  },
  /** The square root. */
  SQRT {
    @Override
    public double apply(double x) {
      return Math.sqrt(x);
    }

    @Override
    Value gradient(Value x, Value y, Value dy) {
      return dy.times(0.5f).over(y);
    }
  },
  /** 1/x. */
  RECIPROCAL {
    @Override
    public double apply(double x) {
      return 1 / x;
    }

    @Override
    Value gradient(Value x, Value y, Value dy) {
      return dy.times(y.map(SQUARE)).map(NEGATE);
    }
  },
  /** x². */
  SQUARE {
    @Override
    public double apply(double x) {
      return x * x;
    }

    @Override
    Value gradient(Value x, Value y, Value dy) {
      return dy.times(x).times(2);
    }
  },
  /** |x|; its derivative at 0 is taken as 0. */
  ABS {
    @Override
    public double apply(double x) {
      return Math.abs(x);
    }

    @Override
    Value gradient(Value x, Value y, Value dy) {
      return dy.times(x.map(SIGN));
    }
  },
  /** −1, 0 or 1; its derivative is taken as 0. */
  SIGN {
    @Override
    public double apply(double x) {
      return Math.signum(x);
    }

    @Override
    Value gradient(Value x, Value y, Value dy) {
      return dy.times(0);
    }
  },
  /** The error function 2/√π · ∫₀ˣ e^(−t²) dt. */
  ERF {
    @Override
    public double apply(double x) {
      double size = Math.abs(x);
      if (!(size < ERF_ONE)) {
        return Double.isNaN(x) ? x : Math.signum(x);
      }
      // erf x = 2/√π · e^(−x²) · Σ 2ⁿ·x^(2n+1) / (1·3·5 ⋯ (2n+1)), all terms positive.
      double term = size;
      double sum = size;
      for (int n = 1; term > sum * 0x1p-54; n++) {
        term *= 2 * x * x / (2 * n + 1);
        sum += term;
      }
      return Math.signum(x) * TWO_BY_ROOT_PI * Math.exp(-x * x) * sum;
    }

    @Override
    Value gradient(Value x, Value y, Value dy) {
      Value bell = x.map(SQUARE).map(NEGATE).map(EXP);
      return dy.times(bell).times((float) TWO_BY_ROOT_PI);
    }
  };

  /** From here on erf is 1 in double precision. */
  private static final double ERF_ONE = 6;

  private static final double TWO_BY_ROOT_PI = 2 / Math.sqrt(Math.PI);

  /** Returns the function's value in double precision: the specification for kernels. */
  public abstract double apply(double x);

  abstract Value gradient(Value x, Value y, Value dy);
}
