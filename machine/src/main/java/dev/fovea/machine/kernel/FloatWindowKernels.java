package dev.fovea.machine.kernel;

import dev.fovea.machine.memory.Code;
import dev.fovea.machine.memory.MemoryRefusedException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The kernels of depthwise windows of floats, as {@link FloatWindowCode} tells. Each is made when
 * it is first asked for, and stays; there is none where the system gives no memory for it.
 */
public final class FloatWindowKernels {
  private final Map<FloatWindowCode, Optional<Code>> made = new ConcurrentHashMap<>();

  /** Creates the set without any kernel. */
  public FloatWindowKernels() {}

  /** Returns a kernel, if there is memory for it. */
  public Optional<Code> of(FloatWindowCode code) {
    return made.computeIfAbsent(code, FloatWindowKernels::make);
  }

  private static Optional<Code> make(FloatWindowCode code) {
    try {
      return Optional.of(Code.of(code.bytes()));
    } catch (MemoryRefusedException e) {
      return Optional.empty();
    }
  }
}
