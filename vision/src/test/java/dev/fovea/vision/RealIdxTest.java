package dev.fovea.vision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.data.DataSplit;
import dev.fovea.data.Dataset;
import dev.fovea.data.InMemoryImages;
import dev.fovea.data.Preprocessing;
import dev.fovea.data.SharedData;
import dev.fovea.tensor.Shape;
import java.nio.file.Path;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** The complete MNIST and Fashion-MNIST, where the shared data is there. */
final class RealIdxTest {
  private static int[] firstLabels(Dataset d) {
    int[] labels = new int[10];
    for (int i = 0; i < 10; i++) {
      labels[i] = ((InMemoryImages) d).label(i);
    }
    return labels;
  }

  private static void check(String name, Function<Path, DataSplit> load, int[] train, int[] test) {
    SharedData.find(name)
        .map(load)
        .ifPresent(split -> {
          assertThat(split.train().size()).isEqualTo(60_000);
          assertThat(split.test().size()).isEqualTo(10_000);
          assertThat(split.train().inputShape()).isEqualTo(Shape.of(28, 28, 1));
          assertThat(firstLabels(split.train())).isEqualTo(train);
          assertThat(firstLabels(split.test())).isEqualTo(test);
          InMemoryImages own = ((InMemoryImages) split.train()).withOwnStatistics();
          Preprocessing usual = ((InMemoryImages) split.train()).preprocessing();
          // The usual constants are the training set's own, to four digits.
          assertThat(own.preprocessing()).isEqualTo(usual);
        });
  }

  /** Labels from the description of the data. */
  @Test
  void mnist() {
    check(
        "mnist",
        Idx::mnist,
        new int[] {5, 0, 4, 1, 9, 2, 1, 3, 1, 4},
        new int[] {7, 2, 1, 0, 4, 1, 4, 9, 5, 9});
  }

  /** Labels from the description of the data. */
  @Test
  void fashionMnist() {
    check(
        "fashion-mnist",
        Idx::fashionMnist,
        new int[] {9, 0, 0, 3, 0, 2, 7, 2, 5, 5},
        new int[] {9, 2, 1, 1, 6, 1, 4, 6, 5, 7});
  }
}
