package dev.fovea.formats.tflite;

/**
 * How whole numbers stand for real ones: real = scale · (number − zero).
 *
 * @param scales one scale, or one for each place along the axis
 * @param zeros one zero, or one for each scale
 * @param axis the axis of the scales if there are several
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Rounding(float[] scales, long[] zeros, int axis) {
  /** Returns whether all elements have one scale. */
  boolean isSingle() {
    return scales.length == 1;
  }

  /** Returns the scale of a place along the axis. */
  float scale(int i) {
    return scales[isSingle() ? 0 : i];
  }

  /** Returns the zero of a place along the axis. */
  long zero(int i) {
    return zeros[zeros.length == 1 ? 0 : i];
  }
}
