package dev.fovea.engine.kernel.scalar;

import dev.fovea.op.UnaryFunction;

/** The functions of one number, each as a loop over a line. */
final class UnaryLines {
  private UnaryLines() {}

  static Lines.Map of(UnaryFunction function) {
    return switch (function) {
      case NEGATE -> UnaryLines::negate;
      case EXP -> UnaryLines::exp;
      case LOG -> UnaryLines::log;
      case SQRT -> UnaryLines::sqrt;
      case RECIPROCAL -> UnaryLines::reciprocal;
      case SQUARE -> UnaryLines::square;
      case ABS -> UnaryLines::abs;
      case SIGN -> UnaryLines::sign;
      case ERF -> UnaryLines::erf;
    };
  }

  /** Returns about how many operations one element takes. */
  static int flops(UnaryFunction function) {
    return switch (function) {
      case ERF -> 60;
      case EXP, LOG -> 20;
      case SQRT, RECIPROCAL -> 4;
      case NEGATE, SQUARE, ABS, SIGN -> 1;
    };
  }

  private static void negate(float[] x, int xAt, float[] y, int yAt, int n) {
    for (int i = 0; i < n; i++) {
      y[yAt + i] = -x[xAt + i];
    }
  }

  private static void exp(float[] x, int xAt, float[] y, int yAt, int n) {
    for (int i = 0; i < n; i++) {
      y[yAt + i] = (float) Math.exp(x[xAt + i]);
    }
  }

  private static void log(float[] x, int xAt, float[] y, int yAt, int n) {
    for (int i = 0; i < n; i++) {
      y[yAt + i] = (float) Math.log(x[xAt + i]);
    }
  }

  private static void sqrt(float[] x, int xAt, float[] y, int yAt, int n) {
    for (int i = 0; i < n; i++) {
      y[yAt + i] = (float) Math.sqrt(x[xAt + i]);
    }
  }

  private static void reciprocal(float[] x, int xAt, float[] y, int yAt, int n) {
    for (int i = 0; i < n; i++) {
      y[yAt + i] = 1 / x[xAt + i];
    }
  }

  private static void square(float[] x, int xAt, float[] y, int yAt, int n) {
    for (int i = 0; i < n; i++) {
      y[yAt + i] = x[xAt + i] * x[xAt + i];
    }
  }

  private static void abs(float[] x, int xAt, float[] y, int yAt, int n) {
    for (int i = 0; i < n; i++) {
      y[yAt + i] = Math.abs(x[xAt + i]);
    }
  }

  private static void sign(float[] x, int xAt, float[] y, int yAt, int n) {
    for (int i = 0; i < n; i++) {
      y[yAt + i] = Math.signum(x[xAt + i]);
    }
  }

  private static void erf(float[] x, int xAt, float[] y, int yAt, int n) {
    for (int i = 0; i < n; i++) {
      y[yAt + i] = (float) UnaryFunction.ERF.apply(x[xAt + i]);
    }
  }
}
