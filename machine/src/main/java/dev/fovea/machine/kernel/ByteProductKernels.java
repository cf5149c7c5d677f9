package dev.fovea.machine.kernel;

import dev.fovea.machine.memory.Code;
import org.jspecify.annotations.Nullable;

/**
 * The kernels of products of bytes, as {@link ByteCode} tells. Each is made when it is first asked
 * for; instead of a kernel there is null where the system gives no memory for it.
 */
public final class ByteProductKernels {
  /** The rows of a whole tile. */
  public static final int ROWS = ByteCode.MOST_ROWS;

  private final KernelKind[] kinds = new KernelKind[10];

  /** Creates the set without any kernel. */
  public ByteProductKernels() {
    for (int vectors = 1; vectors <= 4; vectors *= 2) {
      for (boolean rounds : new boolean[] {false, true}) {
        int v = vectors;
        kinds[index(v, rounds)] = new KernelKind(m -> new ByteCode(m, v, rounds).bytes());
      }
    }
  }

  private static int index(int vectors, boolean rounds) {
    return 2 * vectors + (rounds ? 1 : 0);
  }

  /** Returns the kernel of tiles of 1 to 6 rows and 1, 2 or 4 vectors. */
  public @Nullable Code of(int rows, int vectors, boolean rounds) {
    return kinds[index(vectors, rounds)].of(rows);
  }
}
