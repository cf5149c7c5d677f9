package dev.fovea.vision.augment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.data.Box;
import dev.fovea.data.Mark;
import dev.fovea.data.Sample;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The numbers of objects follow their boxes where pictures move. */
final class InstancesTest {
  private static List<Box> boxes(Sample a) {
    return a.mark(Mark.Boxes.class).orElseThrow().boxes();
  }

  /** The instance of a box that left the picture is gone, those behind it are numbered anew. */
  @Test
  void instancesFollowTheirBoxes() {
    float[] numbers = {1, 1, 0, 2, 2, 3, 1, 1, 0, 2, 2, 3};
    Sample in =
        Sample.of(
            Tensor.zeros(Shape.of(2, 6, 1)),
            new Mark.Boxes(
                List.of(new Box(0, 0, 2, 2, 5), new Box(3, 0, 5, 2, 6), new Box(5, 0, 6, 2, 7))),
            new Mark.Instances(Tensor.of(Shape.of(2, 6), numbers)));
    Sample out = PixelMove.by(-3, 0, 2, 6).apply(in, 0);
    assertThat(boxes(out)).containsExactly(new Box(0, 0, 2, 2, 6), new Box(2, 0, 3, 2, 7));
    assertThat(out.mark(Mark.Instances.class).orElseThrow().numbers().data())
        .containsExactly(1, 1, 2, 0, 0, 0, 1, 1, 2, 0, 0, 0);
  }

  /** The last pixels of an object that are seen leave the picture, but not its box. */
  @Test
  void instancesOfUnknownPixelsStayUnknown() {
    Sample in =
        Sample.of(
            Tensor.zeros(Shape.of(1, 6, 1)),
            new Mark.Boxes(
                List.of(new Box(0, 0, 1, 1, 5), new Box(1, 0, 5, 1, 6), new Box(2, 0, 6, 1, 7))),
            new Mark.Instances(Tensor.of(Shape.of(1, 6), 1, -2, 3, 3, 3, 3)));
    Sample out = PixelMove.by(-2, 0, 1, 6).apply(in, 0);
    assertThat(boxes(out)).containsExactly(new Box(0, 0, 3, 1, 6), new Box(0, 0, 4, 1, 7));
    assertThat(out.mark(Mark.Instances.class).orElseThrow().numbers().data())
        .containsExactly(-1, 2, 2, 2, 0, 0);
  }
}
