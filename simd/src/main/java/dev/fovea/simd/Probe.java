package dev.fovea.simd;

import jdk.incubator.vector.FloatVector;

/** A trial of the Vector API. */
final class Probe {
  private Probe() {}

  /** Returns whether a small sum of products comes out right. */
  static boolean works() {
    float[] a = new float[Species.FLOATS.length()];
    for (int i = 0; i < a.length; i++) {
      a[i] = i + 1;
    }
    FloatVector v = FloatVector.fromArray(Species.FLOATS, a, 0);
    v.fma(v, FloatVector.broadcast(Species.FLOATS, 0.5f)).intoArray(a, 0);
    boolean right = true;
    for (int i = 0; i < a.length; i++) {
      right &= a[i] == (i + 1) * (i + 1) + 0.5f;
    }
    return right;
  }
}
