package dev.fovea.machine.kernel;

import dev.fovea.machine.memory.Code;
import org.jspecify.annotations.Nullable;

/**
 * The kernels of products of bytes, as {@link ByteCode} tells. Each is made when it is first asked
 * for; instead of a kernel there is null where the system gives no memory for it.
 */
public final class ByteProductKernels {
  private final KernelKind[] kinds = new KernelKind[20];

  private final ByteInstructions by;

  /** Creates the set without any kernel, of such instructions. */
  public ByteProductKernels(ByteInstructions by) {
    this.by = by;
    for (int vectors = 1; vectors <= 4; vectors *= 2) {
      for (int i = 0; i < 4; i++) {
        int v = vectors;
        boolean rounds = i / 2 == 1;
        boolean whole = i % 2 == 1;
        kinds[index(v, rounds, whole)] = new KernelKind(m -> bytes(m, v, rounds, whole));
      }
    }
  }

  /** Returns the rows of a whole tile. */
  public int rows() {
    return by.rows();
  }

  private byte[] bytes(int rows, int vectors, boolean rounds, boolean whole) {
    ByteTile tile = new ByteTile(rows, vectors, by);
    return new ByteCode(tile, new ByteResults(tile, rounds, whole)).bytes();
  }

  private static int index(int vectors, boolean rounds, boolean whole) {
    return 4 * vectors + (rounds ? 2 : 0) + (whole ? 1 : 0);
  }

  /**
   * Returns the kernel of tiles of 1 to {@link #rows} rows and 1, 2 or 4 vectors.
   *
   * @param whole whether all columns of the vectors are there
   */
  public @Nullable Code of(int rows, int vectors, boolean rounds, boolean whole) {
    return kinds[index(vectors, rounds, whole)].of(rows);
  }
}
