package dev.fovea.machine.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.machine.memory.MemoryRefusedException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A system that gives no memory is asked once for each number of rows. */
final class KernelKindTest {
  @Test
  void refusalIsRemembered() {
    AtomicInteger asked = new AtomicInteger();
    KernelKind kind =
        new KernelKind(rows -> {
          asked.incrementAndGet();
          throw new MemoryRefusedException("the system refuses executable memory");
        });
    assertThat(kind.of(3)).isNull();
    assertThat(kind.of(3)).isNull();
    assertThat(asked).hasValue(1);
    assertThat(kind.of(4)).isNull();
    assertThat(asked).hasValue(2);
  }
}
