package dev.fovea.engine.kernel;

/** How work on bytes is shared out: weights in parts of columns, results in even ranges. */
final class ByteParts {
  private ByteParts() {}

  /** Returns where range i begins of so many ranges of {@code total} things. */
  static int begin(int i, int ranges, int total) {
    return (int) ((long) i * total / ranges);
  }

  /** Returns how many bytes the packed weights of so many columns take, in parts. */
  static int packedSize(ByteProducts products, int taps, int inner, int columns) {
    int size = 0;
    for (int j = 0; j < columns; j += ByteConvolution.PART) {
      int n = Math.min(ByteConvolution.PART, columns - j);
      size = Math.addExact(size, products.packedSize(taps, inner, n));
    }
    return size;
  }

  /** Packs weights part by part; rows of columns begin {@code step} bytes apart. */
  static void pack(
      ByteProducts products,
      int taps,
      int inner,
      int columns,
      byte[] w,
      int wo,
      int step,
      byte[] packed,
      int po) {
    int at = po;
    for (int j = 0; j < columns; j += ByteConvolution.PART) {
      int n = Math.min(ByteConvolution.PART, columns - j);
      products.pack(taps, inner, n, w, wo + j, step, packed, at);
      at += products.packedSize(taps, inner, n);
    }
  }
}
