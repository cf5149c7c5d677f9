package dev.fovea.machine.kernel;

import dev.fovea.machine.assembler.Width;
import dev.fovea.machine.memory.Code;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The kernels of depthwise windows of bytes, as {@link WindowCode} tells. Each is made when it is
 * first asked for; instead of a kernel there is null where the system gives no memory for it.
 */
public final class WindowKernels {
  private final Map<Width, KernelKind> kinds = new EnumMap<>(Width.class);

  /** Creates the set without any kernel. */
  public WindowKernels() {
    for (Width w : Width.values()) {
      kinds.put(
          w, new KernelKind(i -> new WindowCode(w, i / 4 + 1, i / 2 % 2 == 1, i % 2 == 1).bytes()));
    }
  }

  /** Returns the kernel of a stride, 1 or 2, for windows that reach over a side or not. */
  public @Nullable Code of(Width width, int stride, boolean padsLeft, boolean padsRight) {
    int i = 4 * (stride - 1) + (padsLeft ? 2 : 0) + (padsRight ? 1 : 0);
    return Objects.requireNonNull(kinds.get(width)).of(i);
  }
}
