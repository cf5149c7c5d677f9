package dev.fovea.compile;

/**
 * Where a value lies while a program runs.
 *
 * @param storage which array
 * @param offset the index of its first element there
 * @param length its number of elements
 */
public record Place(Storage storage, int offset, int length) {
  /** The arrays a program works on. */
  public enum Storage {
    /** The program's own working memory, reused from step to step. */
    ARENA,
    /** What stays the same from run to run: constants, folded and packed weights. */
    FIXED,
    /** The model's parameters, in the order of its {@link Layout}. */
    PARAMETERS,
    /** The gradients of the parameters, in the same order. */
    GRADIENTS
  }

  /** No memory. */
  public static final Place NONE = new Place(Storage.ARENA, 0, 0);
}
