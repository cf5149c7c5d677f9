package dev.fovea.machine.kernel;

import dev.fovea.machine.assembler.Width;
import dev.fovea.machine.memory.Code;
import dev.fovea.machine.memory.MemoryRefusedException;
import dev.fovea.simd.RowFormula;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The kernels of formulas over rows, as {@link RowCode} tells. Each is made when it is first asked
 * for, and stays; there is none where the system gives no memory for it.
 */
public final class RowKernels {
  private final Width width;
  private final Map<RowFormula, Optional<Code>> made = new ConcurrentHashMap<>();

  /** Creates the set without any kernel. */
  public RowKernels(Width width) {
    this.width = width;
  }

  /** Returns a kernel, if there is memory for it. */
  public Optional<Code> of(RowFormula formula) {
    return made.computeIfAbsent(formula, this::make);
  }

  private Optional<Code> make(RowFormula formula) {
    try {
      return Optional.of(Code.of(RowCode.of(formula, width)));
    } catch (MemoryRefusedException e) {
      return Optional.empty();
    }
  }
}
