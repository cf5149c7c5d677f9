package dev.fovea.serve.protocol;

/**
 * How much memory JSON may take while it is read, told by what it consists of: a number is eight
 * bytes however long it is written, but a pair of brackets becomes objects.
 */
public final class JsonMemory {
  /** A byte of it as a character: a text of it, and what lies in strings once more, both by two. */
  private static final int CHARACTER = 4;

  /** Each string begins and ends with a quote: an object and its array. */
  private static final int QUOTE = 24;

  /**
   * An element: eight bytes among numbers alone, with the array that they grow out of; among other
   * values an object and its places in lists. Tensors made of numbers are no larger than these.
   */
  private static final int ELEMENT = 32;

  /** A list, or a map, or one of its entries. */
  private static final int NESTED = 160;

  private JsonMemory() {}

  /** Returns the bytes of memory that JSON may take which has the first bytes of a body. */
  public static long bytes(byte[] body, int length) {
    long all = (long) CHARACTER * length;
    for (int i = 0; i < length; i++) {
      all +=
          switch (body[i]) {
            case ',' -> ELEMENT;
            case '"' -> QUOTE;
            case '[', '{', ':' -> NESTED;
            default -> 0;
          };
    }
    return all;
  }
}
