package dev.fovea.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class StartValuesTest {
  private static List<Parameters.Spec> specs(int n, Initializer rule) {
    return IntStream.range(0, n)
        .mapToObj(i -> new Parameters.Spec("p" + i, Shape.of(i + 1, 7), rule, true))
        .toList();
  }

  @Test
  void severalThreadsMakeTheValuesOfOne() throws InterruptedException {
    List<Parameters.Spec> specs = specs(40, Initializer.normal(0.5));
    Parameters shared = new Parameters(specs, Seed.of(3));
    Set<float[]> seen =
        Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      threads.add(Thread.ofPlatform().start(() -> seen.add(shared.values())));
    }
    for (Thread t : threads) {
      t.join();
    }
    assertThat(seen).hasSize(1);
    assertThat(shared.values()).isEqualTo(new Parameters(specs, Seed.of(3)).values());
    for (Parameters.Spec s : specs) {
      float[] alone = new float[s.shape().elements()];
      s.initializer().fill(s.shape(), alone, 0, Seed.of(3).split(s.name()).rng());
      assertThat(shared.tensor(s.name()).data()).isEqualTo(alone);
    }
  }

  @Test
  void whatFailsFailsForWhoeverAsks() {
    Initializer broken =
        (shape, values, offset, rng) -> {
          throw new IllegalStateException("no value");
        };
    Parameters parameters = new Parameters(specs(3, broken), Seed.of(1));
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(parameters::values)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("no value");
    }
  }
}
