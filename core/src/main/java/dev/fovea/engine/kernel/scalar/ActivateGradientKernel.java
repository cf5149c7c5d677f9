package dev.fovea.engine.kernel.scalar;

import dev.fovea.engine.kernel.Footprint;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.op.Activation;
import dev.fovea.tensor.Shape;

/** The backward pass of an activation: dy · slope(y), with y the activation's result. */
final class ActivateGradientKernel extends RowKernel {
  private final Activation activation;

  ActivateGradientKernel(Activation activation, Shape output) {
    super(output.elements(), 4);
    this.activation = activation;
  }

  @Override
  public Footprint footprint() {
    return Footprint.NONE.over(0, 1);
  }

  @Override
  void rows(int from, int to, Operands o, Span scratch) {
    float[] y = o.input(0).array();
    float[] dy = o.input(1).array();
    float[] out = o.output().array();
    int yAt = o.input(0).offset() + from;
    int dyAt = o.input(1).offset() + from;
    int at = o.output().offset() + from;
    int n = to - from;
    switch (activation.kind()) {
      case IDENTITY -> System.arraycopy(dy, dyAt, out, at, n);
      case RELU -> leaky(0, y, yAt, dy, dyAt, out, at, n);
      case CLIPPED_RELU -> clipped(activation.alpha(), y, yAt, dy, dyAt, out, at, n);
      case LEAKY_RELU -> leaky(activation.alpha(), y, yAt, dy, dyAt, out, at, n);
      case ELU -> elu(activation.alpha(), y, yAt, dy, dyAt, out, at, n);
      case SIGMOID -> sigmoid(y, yAt, dy, dyAt, out, at, n);
      case TANH -> tanh(y, yAt, dy, dyAt, out, at, n);
      case SOFTPLUS -> softplus(y, yAt, dy, dyAt, out, at, n);
    }
  }

  private static void leaky(
      float alpha, float[] y, int yAt, float[] dy, int dyAt, float[] out, int at, int n) {
    for (int i = 0; i < n; i++) {
      out[at + i] = dy[dyAt + i] * (y[yAt + i] > 0 ? 1 : alpha);
    }
  }

  private static void clipped(
      float most, float[] y, int yAt, float[] dy, int dyAt, float[] out, int at, int n) {
    for (int i = 0; i < n; i++) {
      out[at + i] = dy[dyAt + i] * (y[yAt + i] > 0 && y[yAt + i] < most ? 1 : 0);
    }
  }

  private static void elu(
      float alpha, float[] y, int yAt, float[] dy, int dyAt, float[] out, int at, int n) {
    for (int i = 0; i < n; i++) {
      float v = y[yAt + i];
      float d = dy[dyAt + i];
      out[at + i] = v > 0 ? d : (v + alpha) * d;
    }
  }

  private static void sigmoid(
      float[] y, int yAt, float[] dy, int dyAt, float[] out, int at, int n) {
    for (int i = 0; i < n; i++) {
      float v = y[yAt + i];
      out[at + i] = v * (1 - v) * dy[dyAt + i];
    }
  }

  private static void tanh(float[] y, int yAt, float[] dy, int dyAt, float[] out, int at, int n) {
    for (int i = 0; i < n; i++) {
      float v = y[yAt + i];
      out[at + i] = (1 - v * v) * dy[dyAt + i];
    }
  }

  private static void softplus(
      float[] y, int yAt, float[] dy, int dyAt, float[] out, int at, int n) {
    for (int i = 0; i < n; i++) {
      out[at + i] = (float) -Math.expm1(-y[yAt + i]) * dy[dyAt + i];
    }
  }
}
