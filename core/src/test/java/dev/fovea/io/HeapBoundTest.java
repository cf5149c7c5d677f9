package dev.fovea.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.tensor.FoveaException;
import org.junit.jupiter.api.Test;

final class HeapBoundTest {
  @Test
  void moreThanTheBoundIsRefused() {
    HeapBound bound = new HeapBound(10L << 20);
    assertThatCode(() -> bound.check("f: x", 10L << 20)).doesNotThrowAnyException();
    assertThatThrownBy(() -> bound.check("f: x", (10L << 20) + 1))
        .isInstanceOf(FoveaException.class)
        .hasMessage(
            "f: x needs 11 MiB of memory, allowed are 10, half of Java's heap; java -Xmx raises it");
  }

  @Test
  void theBoundIsHalfOfTheHeap() {
    assertThat(HeapBound.ofThisProcess().bytes()).isEqualTo(Runtime.getRuntime().maxMemory() / 2);
  }
}
