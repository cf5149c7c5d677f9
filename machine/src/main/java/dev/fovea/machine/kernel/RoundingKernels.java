package dev.fovea.machine.kernel;

import dev.fovea.machine.memory.Code;
import org.jspecify.annotations.Nullable;

/**
 * The kernels that round floats to pairs of bfloat16; their arguments are {@link RoundingCode}'s.
 */
public final class RoundingKernels {
  /** Pairs of a vector. */
  public static final int VECTOR = 16;

  private final KernelKind kinds = new KernelKind(lines -> new RoundingCode(lines == 1).bytes());

  /** Creates them without any kernel. */
  public RoundingKernels() {}

  /** Returns the kernel that pairs lines, or neighbours; null if the system gives no memory. */
  public @Nullable Code of(boolean lines) {
    return kinds.of(lines ? 1 : 0);
  }
}
