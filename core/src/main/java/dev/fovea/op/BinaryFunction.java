package dev.fovea.op;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A function of two numbers that is applied element by element, its operands broadcast. */
public enum BinaryFunction {
  /** a + b. */
  ADD {
    @Override
    public double apply(double a, double b) {
      return a + b;
    }

    @Override
    List<@Nullable Value> gradient(Value a, Value b, Value y, Value dy) {
      return Gradients.of(dy, dy);
    }
  },
  /** a − b. */
  SUBTRACT {
    @Override
    public double apply(double a, double b) {
      return a - b;
    }

    @Override
    List<@Nullable Value> gradient(Value a, Value b, Value y, Value dy) {
      return Gradients.of(dy, dy.map(UnaryFunction.NEGATE));
    }
  },
  /** a · b. */
  MULTIPLY {
    @Override
    public double apply(double a, double b) {
      return a * b;
    }

    @Override
    List<@Nullable Value> gradient(Value a, Value b, Value y, Value dy) {
      return Gradients.of(dy.times(b), dy.times(a));
    }
  },
  /** a / b. */
  DIVIDE {
    @Override
    public double apply(double a, double b) {
      return a / b;
    }

    @Override
    List<@Nullable Value> gradient(Value a, Value b, Value y, Value dy) {
      Value da = dy.over(b);
      return Gradients.of(da, da.times(y).map(UnaryFunction.NEGATE));
    }
  },
  /** The larger of the two; where they are equal the gradient flows to a. */
  MAX {
    @Override
    public double apply(double a, double b) {
      return Math.max(a, b);
    }

    @Override
    List<@Nullable Value> gradient(Value a, Value b, Value y, Value dy) {
      Value toB = dy.times(b.with(GREATER, a));
      return Gradients.of(dy.minus(toB), toB);
    }
  },
  /** The smaller of the two; where they are equal the gradient flows to a. */
  MIN {
    @Override
    public double apply(double a, double b) {
      return Math.min(a, b);
    }

    @Override
    List<@Nullable Value> gradient(Value a, Value b, Value y, Value dy) {
      Value toB = dy.times(a.with(GREATER, b));
      return Gradients.of(dy.minus(toB), toB);
    }
  },
  /** 1 where a &gt; b, else 0; no gradient flows. */
  GREATER {
    @Override
    public double apply(double a, double b) {
      return a > b ? 1 : 0;
    }

    @Override
    List<@Nullable Value> gradient(Value a, Value b, Value y, Value dy) {
      return Gradients.of(null, null);
    }
  },
  /** 1 where a = b, else 0; no gradient flows. */
  EQUAL {
    @Override
    public double apply(double a, double b) {
      return a == b ? 1 : 0;
    }

    @Override
    List<@Nullable Value> gradient(Value a, Value b, Value y, Value dy) {
      return Gradients.of(null, null);
    }
  };

  /** Returns the function's value in double precision: the specification for kernels. */
  public abstract double apply(double a, double b);

  abstract List<@Nullable Value> gradient(Value a, Value b, Value y, Value dy);
}
