package dev.fovea.kernel;

/**
 * A stretch of a float array: where one operand lies.
 *
 * <p>The array is shared with other operands. Places begin aligned ({@link Alignment}); a view of a
 * part of a place may begin anywhere.
 *
 * @param array the storage
 * @param offset the index of the first element
 * @param length the number of elements
 */
@SuppressWarnings("ArrayRecordComponent") // compared by identity on purpose, never used as a key
public record Span(float[] array, int offset, int length) {
  /** An empty stretch. */
  public static final Span EMPTY = new Span(new float[0], 0, 0);

  /** Returns the whole of an array. */
  public static Span of(float... array) {
    return new Span(array, 0, array.length);
  }
}
