package dev.fovea.engine.kernel.scalar;

import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.engine.kernel.TaskKernel;
import dev.fovea.op.HostCall;
import java.nio.FloatBuffer;
import java.util.Arrays;

/** Calls a Java function; the only kernel that may allocate when it runs. */
final class HostCallKernel implements TaskKernel {
  private final HostCall call;

  HostCallKernel(HostCall call) {
    this.call = call;
  }

  @Override
  public int tasks(int phase) {
    return 1;
  }

  @Override
  public void compute(int phase, int task, Operands o, Span scratch) {
    call.function()
        .apply(
            Arrays.stream(o.inputs()).map(s -> view(s).asReadOnlyBuffer()).toList(),
            view(o.output()));
  }

  private static FloatBuffer view(Span s) {
    return FloatBuffer.wrap(s.array(), s.offset(), s.length()).slice();
  }
}
