package dev.fovea.simd;

import dev.fovea.op.Activation;
import dev.fovea.op.Epilogue;
import dev.fovea.op.UnaryFunction;

/** Activations, their gradients and functions of one number over stretches of arrays. */
final class Activations {
  private Activations() {}

  /** Applies the activation of an epilogue, which may be SiLU, to n sums where they lie. */
  static void finish(Epilogue e, float[] y, int at, int n) {
    if (e.silu()) {
      Functions.silu(y, at, y, at, n);
    } else if (e.activation().kind() != Activation.Kind.IDENTITY) {
      apply(e.activation(), y, at, y, at, n);
    }
  }

  static void apply(Activation f, float[] x, int xo, float[] y, int yo, int n) {
    switch (f.kind()) {
      case IDENTITY -> System.arraycopy(x, xo, y, yo, n);
      case RELU -> Functions.relu(x, xo, y, yo, n);
      case CLIPPED_RELU -> Functions.clippedRelu(x, xo, y, yo, n, f.alpha());
      case LEAKY_RELU -> Functions.leakyRelu(x, xo, y, yo, n, f.alpha());
      case ELU -> Functions.elu(x, xo, y, yo, n, f.alpha());
      case SIGMOID -> Functions.sigmoid(x, xo, y, yo, n);
      case TANH -> Functions.tanh(x, xo, y, yo, n);
      case SOFTPLUS -> Functions.softplus(x, xo, y, yo, n);
    }
  }

  /** y = d · slope(x), with x the activation's result. */
  static void gradient(
      Activation f, float[] x, int xo, float[] d, int d0, float[] y, int yo, int n) {
    switch (f.kind()) {
      case IDENTITY -> System.arraycopy(d, d0, y, yo, n);
      case RELU -> Functions.reluSlope(x, xo, d, d0, y, yo, n);
      case CLIPPED_RELU -> Functions.clippedReluSlope(x, xo, d, d0, y, yo, n, f.alpha());
      case LEAKY_RELU -> Functions.leakyReluSlope(x, xo, d, d0, y, yo, n, f.alpha());
      case ELU -> Functions.eluSlope(x, xo, d, d0, y, yo, n, f.alpha());
      case SIGMOID -> Functions.sigmoidSlope(x, xo, d, d0, y, yo, n);
      case TANH -> Functions.tanhSlope(x, xo, d, d0, y, yo, n);
      case SOFTPLUS -> Functions.softplusSlope(x, xo, d, d0, y, yo, n);
    }
  }

  static void apply(UnaryFunction f, float[] x, int xo, float[] y, int yo, int n) {
    switch (f) {
      case NEGATE -> Functions.negate(x, xo, y, yo, n);
      case EXP -> Functions.exp(x, xo, y, yo, n);
      case LOG -> log(x, xo, y, yo, n);
      case SQRT -> Functions.sqrt(x, xo, y, yo, n);
      case RECIPROCAL -> Functions.reciprocal(x, xo, y, yo, n);
      case SQUARE -> Functions.square(x, xo, y, yo, n);
      case ABS -> Functions.abs(x, xo, y, yo, n);
      case SIGN -> Functions.sign(x, xo, y, yo, n);
      case ERF -> Functions.erf(x, xo, y, yo, n);
    }
  }

  private static void log(float[] x, int xo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i++) {
      y[yo + i] = (float) Math.log(x[xo + i]);
    }
  }
}
