package dev.fovea.systems.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.Box;
import dev.fovea.systems.box.BoxArray;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One object as a row of numbers. */
final class OneBoxTest {
  private static final OneBox BOX = new OneBox(100, 200, 2);

  @Test
  void largestObjectIsTheTarget() {
    Tensor row =
        BOX.target(
            List.of(
                new Box(0, 0, 10, 10, 0), new Box(20, 10, 60, 50, 1), new Box(0, 0, 200, 100, -2)));
    assertThat(row.data()).containsExactly(2, 0.2f, 0.3f, 0.2f, 0.4f);
    assertThat(BOX.target(List.of()).data()).containsOnly(0);
  }

  /** What is told exactly as it should be is read as the box it was made of. */
  @Test
  void targetsAreDecoded() {
    Tensor output = Tensor.of(Shape.of(1, 1, 7), 0.2f, 0.3f, 0.2f, 0.4f, 0, 1, 3);
    Candidates found = new Candidates();
    BOX.decode(List.of(output), 0, 0.5, found);
    assertThat(found.size()).isEqualTo(1);
    assertThat(found.classes()).containsExactly(1);
    // e³ / (1 + e + e³)
    assertThat(found.scores()[0]).isCloseTo(0.8438f, within(1e-4f));
    BoxArray box = found.boxes();
    assertThat(box.toArray()).containsExactly(new double[] {20, 10, 60, 50}, within(1e-4));
    Candidates all = new Candidates();
    BOX.decode(List.of(output), 0, 0, all);
    assertThat(all.size()).isEqualTo(2);
  }

  @Test
  void otherRowsAreRefused() {
    assertThatThrownBy(
            () -> BOX.decode(List.of(Tensor.zeros(Shape.of(1, 1, 6))), 0, 0, new Candidates()))
        .isInstanceOf(FoveaException.class)
        .hasMessage("one box: a row of 7 numbers expected, the network gives [1,1,6]");
    assertThatThrownBy(() -> new OneBox(1, 0, 1))
        .isInstanceOf(FoveaException.class)
        .hasMessage("one box: need a size and classes, got 1×0 and 1");
  }
}
