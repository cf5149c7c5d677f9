package dev.fovea.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class GroupFoldsTest {
  /** Sample i is a picture of the value i. */
  private static final Dataset SAMPLES =
      new InMemoryImages(
          Preprocessing.scaled(Shape.of(1, 1, 1)),
          new byte[] {0, 1, 2, 3, 4, 5},
          new int[] {0, 1, 0, 1, 0, 1},
          List.of("a", "b"));

  private static int[] values(Dataset data) {
    return IntStream.range(0, data.size())
        .map(i -> Math.round(data.read(i, Seed.of(0)).picture().data()[0]))
        .toArray();
  }

  /** Groups 1, 3 and 4 in two folds: 4 is even, 1 and 3 are odd. */
  @Test
  void noGroupIsOnBothSides() {
    List<DataSplit> folds = GroupFolds.of(SAMPLES, new int[] {1, 3, 4, 1, 4, 3}, 2);
    assertThat(folds).hasSize(2);
    assertThat(values(folds.get(0).test())).containsExactly(2, 4);
    assertThat(values(folds.get(0).train())).containsExactly(0, 1, 3, 5);
    assertThat(values(folds.get(1).test())).containsExactly(0, 1, 3, 5);
    assertThat(values(folds.get(1).train())).containsExactly(2, 4);
  }

  @Test
  void saysWhatDoesNotFit() {
    assertThatThrownBy(() -> GroupFolds.of(SAMPLES, new int[] {1, 2}, 2))
        .isInstanceOf(FoveaException.class)
        .hasMessage(
            "folds: 2 or more and a group for each of 6 samples expected, got 2 and 2 groups");
    assertThatThrownBy(() -> GroupFolds.of(SAMPLES, new int[] {1, 1, 1, 4, 4, 4}, 3))
        .isInstanceOf(FoveaException.class)
        .hasMessage("folds: fold 0 of 3 has 6 samples to train on and 0 to test with; needs both");
  }
}
