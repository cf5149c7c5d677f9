package dev.fovea.engine.kernel.scalar;

import dev.fovea.op.BinaryFunction;

/** The functions of two numbers, each as a loop over a line. */
final class BinaryLines {
  private BinaryLines() {}

  static Lines.Zip of(BinaryFunction function) {
    return switch (function) {
      case ADD -> BinaryLines::add;
      case SUBTRACT -> BinaryLines::subtract;
      case MULTIPLY -> BinaryLines::multiply;
      case DIVIDE -> BinaryLines::divide;
      case MAX -> BinaryLines::max;
      case MIN -> BinaryLines::min;
      case GREATER -> BinaryLines::greater;
      case EQUAL -> BinaryLines::equal;
    };
  }

  private static void add(
      float[] a, int aAt, int aStep, float[] b, int bAt, int bStep, float[] y, int yAt, int n) {
    for (int i = 0; i < n; i++) {
      y[yAt + i] = a[aAt + i * aStep] + b[bAt + i * bStep];
    }
  }

  private static void subtract(
      float[] a, int aAt, int aStep, float[] b, int bAt, int bStep, float[] y, int yAt, int n) {
    for (int i = 0; i < n; i++) {
      y[yAt + i] = a[aAt + i * aStep] - b[bAt + i * bStep];
    }
  }

  private static void multiply(
      float[] a, int aAt, int aStep, float[] b, int bAt, int bStep, float[] y, int yAt, int n) {
    for (int i = 0; i < n; i++) {
      y[yAt + i] = a[aAt + i * aStep] * b[bAt + i * bStep];
    }
  }

  private static void divide(
      float[] a, int aAt, int aStep, float[] b, int bAt, int bStep, float[] y, int yAt, int n) {
    for (int i = 0; i < n; i++) {
      y[yAt + i] = a[aAt + i * aStep] / b[bAt + i * bStep];
    }
  }

  private static void max(
      float[] a, int aAt, int aStep, float[] b, int bAt, int bStep, float[] y, int yAt, int n) {
    for (int i = 0; i < n; i++) {
      y[yAt + i] = Math.max(a[aAt + i * aStep], b[bAt + i * bStep]);
    }
  }

  private static void min(
      float[] a, int aAt, int aStep, float[] b, int bAt, int bStep, float[] y, int yAt, int n) {
    for (int i = 0; i < n; i++) {
      y[yAt + i] = Math.min(a[aAt + i * aStep], b[bAt + i * bStep]);
    }
  }

  private static void greater(
      float[] a, int aAt, int aStep, float[] b, int bAt, int bStep, float[] y, int yAt, int n) {
    for (int i = 0; i < n; i++) {
      y[yAt + i] = a[aAt + i * aStep] > b[bAt + i * bStep] ? 1 : 0;
    }
  }

  private static void equal(
      float[] a, int aAt, int aStep, float[] b, int bAt, int bStep, float[] y, int yAt, int n) {
    for (int i = 0; i < n; i++) {
      y[yAt + i] = a[aAt + i * aStep] == b[bAt + i * bStep] ? 1 : 0;
    }
  }
}
