package dev.fovea.engine.kernel.scalar;

import dev.fovea.op.Activation;

/** The activation functions and their backward passes, each as a loop over a line. */
final class ActivationLines {
  private ActivationLines() {}

  static Lines.Map of(Activation activation) {
    float alpha = activation.alpha();
    return switch (activation.kind()) {
      case IDENTITY -> (x, xAt, y, yAt, n) -> System.arraycopy(x, xAt, y, yAt, n);
      case RELU -> ActivationLines::relu;
      case CLIPPED_RELU -> (x, xAt, y, yAt, n) -> clippedRelu(alpha, x, xAt, y, yAt, n);
      case LEAKY_RELU -> (x, xAt, y, yAt, n) -> leakyRelu(alpha, x, xAt, y, yAt, n);
      case ELU -> (x, xAt, y, yAt, n) -> elu(alpha, x, xAt, y, yAt, n);
      case SIGMOID -> ActivationLines::sigmoid;
      case TANH -> ActivationLines::tanh;
      case SOFTPLUS -> ActivationLines::softplus;
    };
  }

  /** Returns about how many operations one element takes. */
  static int flops(Activation activation) {
    return switch (activation.kind()) {
      case IDENTITY, RELU, CLIPPED_RELU, LEAKY_RELU -> 1;
      case ELU, SIGMOID -> 20;
      case TANH, SOFTPLUS -> 40;
    };
  }

  private static void relu(float[] x, int xAt, float[] y, int yAt, int n) {
    for (int i = 0; i < n; i++) {
      y[yAt + i] = Math.max(x[xAt + i], 0);
    }
  }

  private static void clippedRelu(float most, float[] x, int xAt, float[] y, int yAt, int n) {
    for (int i = 0; i < n; i++) {
      y[yAt + i] = Math.min(Math.max(x[xAt + i], 0), most);
    }
  }

  private static void leakyRelu(float alpha, float[] x, int xAt, float[] y, int yAt, int n) {
    for (int i = 0; i < n; i++) {
      float a = x[xAt + i];
      y[yAt + i] = a > 0 ? a : alpha * a;
    }
  }

  private static void elu(float alpha, float[] x, int xAt, float[] y, int yAt, int n) {
    for (int i = 0; i < n; i++) {
      float a = x[xAt + i];
      y[yAt + i] = a > 0 ? a : (float) (alpha * Math.expm1(a));
    }
  }

  private static void sigmoid(float[] x, int xAt, float[] y, int yAt, int n) {
    for (int i = 0; i < n; i++) {
      y[yAt + i] = (float) (1 / (1 + Math.exp(-x[xAt + i])));
    }
  }

  private static void tanh(float[] x, int xAt, float[] y, int yAt, int n) {
    for (int i = 0; i < n; i++) {
      y[yAt + i] = (float) Math.tanh(x[xAt + i]);
    }
  }

  private static void softplus(float[] x, int xAt, float[] y, int yAt, int n) {
    for (int i = 0; i < n; i++) {
      float a = x[xAt + i];
      y[yAt + i] = (float) (Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a))));
    }
  }
}
