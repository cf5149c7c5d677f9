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

  /**
   * Returns new memory of at least so many floats, zeros, that begins aligned.
   *
   * <p>Small arrays lie anywhere: the array has at least the length that makes the JVM's usual
   * collector place it by itself. For what there are few of, as that is 4 MiB.
   */
  public static Span aligned(int length) {
    float[] array = new float[Math.max(Alignment.FIRST + length, Alignment.LARGE)];
    return of(array).after(Alignment.FIRST);
  }

  /** Returns this stretch without its first {@code floats}. */
  public Span after(int floats) {
    return new Span(array, offset + floats, length - floats);
  }
}
