package dev.fovea.machine.kernel;

import dev.fovea.machine.memory.Code;
import dev.fovea.machine.memory.MemoryRefusedException;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Kernels of one kind by their rows, made when they are first asked for. */
final class KernelKind {
  private static final int MOST_ROWS = 14;

  private final IntFunction<byte[]> instructions;
  private final AtomicReferenceArray<@Nullable Code> made =
      new AtomicReferenceArray<>(MOST_ROWS + 1);

  KernelKind(IntFunction<byte[]> instructions) {
    this.instructions = instructions;
  }

  /** Returns the kernel, or null if the system gives no memory for it. */
  @Nullable Code of(int rows) {
    Code code = made.get(rows);
    return code != null ? code : make(rows);
  }

  private synchronized @Nullable Code make(int rows) {
    if (made.get(rows) == null) {
      try {
        made.set(rows, Code.of(instructions.apply(rows)));
      } catch (MemoryRefusedException e) {
        return null;
      }
    }
    return made.get(rows);
  }
}
