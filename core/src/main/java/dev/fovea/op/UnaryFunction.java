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
  };

  /** Returns the function's value in double precision: the specification for kernels. */
  public abstract double apply(double x);

  abstract Value gradient(Value x, Value y, Value dy);
}
