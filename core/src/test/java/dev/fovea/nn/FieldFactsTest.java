package dev.fovea.nn;

import static dev.fovea.nn.Layers.avgPool;
import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;
import static dev.fovea.nn.Layers.tanh;
import static dev.fovea.nn.Layers.zeroPad;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.engine.Engine;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.ShapeException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Numbers of textbooks and papers: shapes, parameter counts, receptive fields. */
final class FieldFactsTest {
  private static final Engine ENGINE = Engine.ofThreads(1);

  private static Model model(Layer layer, int... input) {
    return Model.build(layer, Shape.of(input), Seed.of(1), ENGINE);
  }

  @Test
  void lenetLikeOf3x3Convs() {
    Model m =
        model(
            sequence(
                conv2d(6, 3),
                avgPool(2),
                conv2d(16, 3),
                avgPool(2),
                flatten(),
                dense(120),
                dense(84),
                dense(10)),
            32,
            32,
            1);
    List<Summary.Row> rows = m.summary().rows();
    assertThat(rows.stream().map(r -> r.output().times()))
        .containsExactly("30×30×6", "15×15×6", "13×13×16", "6×6×16", "576", "120", "84", "10");
    assertThat(rows.stream().map(Summary.Row::parameters))
        .containsExactly(60L, 0L, 880L, 0L, 0L, 69_240L, 10_164L, 850L);
    assertThat(m.parameters().count(false)).isEqualTo(81_194);
  }

  @Test
  void lenet5() {
    Layer padded =
        sequence(
            zeroPad(2),
            conv2d(6, 5),
            tanh(),
            avgPool(2),
            conv2d(16, 5),
            tanh(),
            avgPool(2),
            flatten(),
            dense(120),
            tanh(),
            dense(84),
            tanh(),
            dense(10));
    assertThat(model(padded, 28, 28, 1).parameters().count(true)).isEqualTo(61_706);
  }

  @Test
  void alexnetFirstLayer() {
    Model m = model(conv2d(96, 11).stride(4), 227, 227, 3);
    assertThat(m.parameters().count(true)).isEqualTo(34_944);
    assertThat(m.outputs()).containsExactly(Shape.of(55, 55, 96));
  }

  @Test
  void weightsOfConvolutions() {
    assertThat(model(conv2d(10, 3).noBias(), 9, 9, 3).parameters().count(true)).isEqualTo(270);
    assertThat(model(conv2d(5, 5).noBias(), 9, 9, 3).parameters().count(true)).isEqualTo(375);
    assertThat(model(conv2d(1, 3), 9, 9, 3).parameters().count(true)).isEqualTo(27 + 1);
    assertThat(model(conv2d(1, 5).noBias(), 512, 512, 3).parameters().count(true)).isEqualTo(75);
    assertThat(model(sequence(flatten(), dense(1).noBias()), 512, 512, 3).parameters().count(true))
        .isEqualTo(786_432);
  }

  @Test
  void outputSizes() {
    assertThat(size(conv2d(1, 5), 512)).isEqualTo(508);
    assertThat(size(conv2d(1, 11).stride(4), 227)).isEqualTo(55);
    assertThat(size(conv2d(1, 5), 10)).isEqualTo(6);
    assertThat(size(conv2d(1, 3).stride(2), 7)).isEqualTo(3);
    assertThat(size(conv2d(1, 5).padding(2), 10)).isEqualTo(10);
    assertThat(size(conv2d(1, 5).stride(2), 10)).isEqualTo(3);
  }

  @Test
  void strictLayerNamesTheSizesThatFit() {
    assertThatThrownBy(() -> model(conv2d(1, 5).stride(2).strict(), 10, 10, 1))
        .isInstanceOf(ShapeException.class)
        .hasMessage(
            "conv2d at conv2d: stride 2×2 leaves a rest; heights 9 or 11 and widths 9 or 11 fit;"
                + " input=[N,10,10,1]");
  }

  private static int size(Layer layer, int input) {
    return model(layer, input, input, 1).outputs().get(0).dim(0);
  }

  @Test
  void three3x3ConvsSee7x7() {
    Layer stack = sequence(conv2d(4, 3), relu(), conv2d(4, 3), relu(), conv2d(4, 3));
    var rows = model(stack, 20, 20, 1).summary().rows();
    ReceptiveField field = rows.getLast().field().orElseThrow();
    assertThat(field.height()).isEqualTo(7);
    assertThat(field.width()).isEqualTo(7);
    assertThat(field.strideHeight()).isEqualTo(1);
  }
}
