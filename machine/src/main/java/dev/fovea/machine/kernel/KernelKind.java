package dev.fovea.machine.kernel;

import dev.fovea.machine.memory.Code;
import dev.fovea.machine.memory.MemoryRefusedException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Kernels of one kind by a small number, their rows as a rule; made when first asked for. */
final class KernelKind {
  private static final int MOST_ROWS = 14;

  private final IntFunction<byte[]> instructions;

  /** What came of each number of rows; empty where the system gave no memory. */
  private final AtomicReferenceArray<@Nullable Optional<Code>> made =
      new AtomicReferenceArray<>(MOST_ROWS + 1);

  KernelKind(IntFunction<byte[]> instructions) {
    this.instructions = instructions;
  }

  /** Returns the kernel, or null if the system gave no memory for it, which is asked once. */
  @Nullable Code of(int rows) {
    Optional<Code> code = made.get(rows);
    return (code != null ? code : make(rows)).orElse(null);
  }

  private synchronized Optional<Code> make(int rows) {
    Optional<Code> code = made.get(rows);
    if (code == null) {
      code = code(rows);
      made.set(rows, code);
    }
    return code;
  }

  private Optional<Code> code(int rows) {
    try {
      return Optional.of(Code.of(instructions.apply(rows)));
    } catch (MemoryRefusedException e) {
      return Optional.empty();
    }
  }
}
