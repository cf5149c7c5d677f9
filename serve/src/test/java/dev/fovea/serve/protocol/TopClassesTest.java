package dev.fovea.serve.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TopClassesTest {
  private static final Tensor OUTPUT = Tensor.of(Shape.of(2, 4), 1, 5, 10, 4, Float.NaN, -1, 3, 3);

  @Test
  void theHighestValuesOfEachSample() {
    assertThat(new TopClasses(2, List.of()).names(OUTPUT))
        .containsExactly("10.0:2", "5.0:1", "3.0:2", "3.0:3");
  }

  @Test
  void labelsStandBehindIfThereIsOneForEachValue() {
    assertThat(new TopClasses(1, List.of("a", "b", "c:d", "e")).names(OUTPUT))
        .containsExactly("10.0:2:c:d", "3.0:2:c:d");
    assertThat(new TopClasses(1, List.of("a", "b")).names(OUTPUT))
        .containsExactly("10.0:2", "3.0:2");
  }

  @Test
  void infinitiesAndZerosHaveTheirPlace() {
    Tensor output =
        Tensor.of(Shape.of(1, 6), -0f, 0, Float.NaN, -1, Float.POSITIVE_INFINITY, Float.MIN_VALUE);
    assertThat(new TopClasses(4, List.of()).names(output))
        .containsExactly("Infinity:4", "1.4E-45:5", "-0.0:0", "0.0:1");
  }

  /**
   * An output may be a map of millions of values: an object and a text each would take 100 bytes.
   */
  @Test
  void namesAreMadeWhenTheyAreAskedFor() {
    int count = 100_000;
    Tensor output = Tensor.zeros(Shape.of(1, count));
    Rng rng = new Rng(1);
    for (int i = 0; i < count; i++) {
      output.data()[i] = rng.nextFloat(-1, 1);
    }
    ThreadMXBean bean = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = bean.getCurrentThreadAllocatedBytes();
    List<String> names = new TopClasses(count, List.of()).names(output);
    long taken = bean.getCurrentThreadAllocatedBytes() - before;
    assertThat(names.stream().map(n -> -Float.parseFloat(n.substring(0, n.indexOf(':')))))
        .hasSize(count)
        .isSorted();
    assertThat(taken / count).isLessThan(50);
  }

  @Test
  void notMoreThanThereAre() {
    assertThat(new TopClasses(Integer.MAX_VALUE, List.of()).names(OUTPUT))
        .containsExactly("10.0:2", "5.0:1", "4.0:3", "1.0:0", "3.0:2", "3.0:3", "-1.0:1", "NaN:0");
  }
}
