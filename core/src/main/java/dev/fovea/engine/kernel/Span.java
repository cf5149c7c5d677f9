package dev.fovea.engine.kernel;

/**
 * A stretch of an array of floats or of bytes: where one operand lies.
 *
 * <p>The array is shared with other operands. Places begin aligned ({@link Alignment}); a view of a
 * part of a place may begin anywhere.
 *
 * @param array the storage of floats; empty if there are bytes
 * @param bytes the storage of bytes; empty if there are floats
 * @param offset the index of the first element
 * @param length the number of elements
 */
@SuppressWarnings("ArrayRecordComponent") // compared by identity on purpose, never used as a key
public record Span(float[] array, byte[] bytes, int offset, int length) {
  private static final float[] NO_FLOATS = {};
  private static final byte[] NO_BYTES = {};

  /** An empty stretch. */
  public static final Span EMPTY = new Span(NO_FLOATS, 0, 0);

  /** Creates a stretch of floats. */
  public Span(float[] array, int offset, int length) {
    this(array, NO_BYTES, offset, length);
  }

  /** Creates a stretch of bytes. */
  public Span(byte[] bytes, int offset, int length) {
    this(NO_FLOATS, bytes, offset, length);
  }

  /** Returns the whole of an array. */
  public static Span of(float... array) {
    return new Span(array, 0, array.length);
  }

  /** Returns whether this is a stretch of bytes. */
  public boolean isBytes() {
    return bytes.length > 0;
  }

  /** Returns the storage, a {@code float[]} or a {@code byte[]}. */
  public Object storage() {
    return isBytes() ? bytes : array;
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

  /** Returns this stretch without its first {@code elements}. */
  public Span after(int elements) {
    return part(elements, length - elements);
  }

  /** Returns so many elements of this stretch from its element {@code begin} on. */
  public Span part(int begin, int elements) {
    return new Span(array, bytes, offset + begin, elements);
  }
}
