package dev.fovea.insight.unit;

import static dev.fovea.nn.Layers.avgPool;
import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.maxPool;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;
import static dev.fovea.nn.Layers.sigmoid;
import static dev.fovea.nn.Layers.tanh;
import static dev.fovea.nn.Losses.crossEntropy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.insight.probe.Layers;
import dev.fovea.insight.testing.EngineTest;
import dev.fovea.insight.testing.Engines;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Model;
import dev.fovea.nn.Network;
import dev.fovea.nn.Signal;
import dev.fovea.optim.Optimizers;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.TrainingStep;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What units look for and how they fare, where it is known. */
final class UnitsTest extends EngineTest {
  /** Three 3×3 of ones: rows and columns of [1 3 6 7 6 3 1], in all 27² = 729. */
  @Test
  void theEffectiveFieldOfThreeConvolutions() {
    Model net =
        Model.build(
            sequence(conv2d(1, 3).same(), conv2d(1, 3).same(), conv2d(1, 3).same()),
            Shape.of(11, 11, 1),
            Seed.of(1),
            engine);
    for (int i = 0; i < 3; i++) {
      net.parameters().set(i + ".weight", Tensor.full(Shape.of(3, 3, 1, 1), 1));
    }
    Tensor field = EffectiveField.of(net, "2", List.of(Engines.random(1, 11, 11, 1)));
    float[] row = {0, 0, 1, 3, 6, 7, 6, 3, 1, 0, 0};
    for (int y = 0; y < 11; y++) {
      for (int x = 0; x < 11; x++) {
        assertThat(field.get(y, x)).isEqualTo(row[y] * row[x]);
      }
    }
    assertThat(Engines.sum(field)).isEqualTo(729);
    assertThat(Layers.of(net).find("2").window().orElseThrow().height()).isEqualTo(7);
  }

  /** Paddings, strides and poolings: the window is what gradients reach, to the pixel. */
  @Test
  void windowsAreExact() {
    Model net =
        Model.build(
            sequence(
                conv2d(2, 5).stride(2).padding(1, 2, 2, 1),
                relu(),
                maxPool(2),
                conv2d(2, 3).same(),
                avgPool(3).stride(2)),
            Shape.of(40, 37, 1),
            Seed.of(1),
            engine);
    // Sums without signs, so that nothing cancels out; a maximum passes to one pixel only.
    for (String name : List.of("0.weight", "3.weight")) {
      Shape s = net.parameters().get(name).shape();
      net.parameters().set(name, Tensor.full(s, 1));
    }
    for (String path : List.of("0", "3", "4")) {
      Layers.Layer layer = Layers.of(net).find(path);
      var window = layer.window().orElseThrow();
      int top = window.top(layer.shape().dim(0) / 2);
      int left = window.left(layer.shape().dim(1) / 2);
      List<Tensor> inputs = new ArrayList<>();
      for (int i = 0; i < 24; i++) {
        inputs.add(Engines.random(i, 40, 37, 1));
        for (int j = 0; j < 40 * 37; j++) {
          inputs.get(i).data()[j] = Math.abs(inputs.get(i).data()[j]);
        }
      }
      Tensor field = EffectiveField.of(net, path, inputs);
      int[] seen = bounds(field);
      assertThat(seen)
          .as(path)
          .containsExactly(top, left, top + window.height() - 1, left + window.width() - 1);
    }
  }

  private static int[] bounds(Tensor field) {
    int[] b = {Integer.MAX_VALUE, Integer.MAX_VALUE, -1, -1};
    for (int y = 0; y < field.shape().dim(0); y++) {
      for (int x = 0; x < field.shape().dim(1); x++) {
        if (field.get(y, x) != 0) {
          b[0] = Math.min(b[0], y);
          b[1] = Math.min(b[1], x);
          b[2] = Math.max(b[2], y);
          b[3] = Math.max(b[3], x);
        }
      }
    }
    return b;
  }

  @Test
  void topPatchesFindAPlantedPattern() {
    Model net =
        Model.build(sequence(conv2d(2, 3).same(), relu()), Shape.of(8, 8, 1), Seed.of(1), engine);
    Tensor w = Tensor.zeros(Shape.of(3, 3, 1, 2));
    float[] pattern = {1, -1, 1, -1, 1, -1, 1, -1, 1};
    for (int i = 0; i < 9; i++) {
      w.data()[i * 2] = pattern[i];
      w.data()[i * 2 + 1] = i == 4 ? 1 : 0;
    }
    net.parameters().set("0.weight", w);
    List<Tensor> pictures = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      pictures.add(Tensor.full(Shape.of(8, 8, 1), 0.1f));
    }
    for (int i = 0; i < 9; i++) { // in picture 3 with its middle at row 0, column 6
      int y = i / 3 - 1;
      if (y >= 0) {
        pictures.get(3).data()[y * 8 + 5 + i % 3] = pattern[i];
      }
    }
    pictures.get(1).data()[20] = 9; // the brightest pixel of all: row 2, column 4
    TopPatches top = TopPatches.of(net, "1", 5, pictures::get, 2);
    TopPatches.Place best = top.channels().get(1).getFirst();
    assertThat(best).isEqualTo(new TopPatches.Place(1, 2, 4, 9));
    assertThat(top.channels().get(1).get(1).sample()).isEqualTo(3);
    Tensor crop = top.crop(pictures.get(1), best, -7);
    assertThat(crop.shape()).isEqualTo(Shape.of(3, 3, 1));
    assertThat(crop.get(1, 1, 0)).isEqualTo(9);
    // At the border a crop is padded, never moved.
    Tensor corner = top.crop(pictures.get(3), new TopPatches.Place(3, 0, 7, 1), -7);
    assertThat(corner.data())
        .containsExactly(
            -7,
            -7,
            -7,
            pictures.get(3).data()[6],
            pictures.get(3).data()[7],
            -7,
            pictures.get(3).data()[14],
            pictures.get(3).data()[15],
            -7);
    assertThatThrownBy(() -> TopPatches.of(net, "1", 5, pictures::get, 0))
        .isInstanceOf(FoveaException.class)
        .hasMessageContaining("top patches");
  }

  /** Networks from files may suit one batch size only. */
  @Test
  void topPatchesOfANetworkOfOneSampleAtATime() {
    Network single =
        new Network() {
          @Override
          public List<Signal> forward(List<Signal> inputs) {
            assertThat(inputs.get(0).shape().dim(0)).isEqualTo(1);
            return List.of(conv2d(1, 1).apply(inputs.get(0)));
          }

          @Override
          public boolean fixesBatch() {
            return true;
          }
        };
    Model net = Model.build(single, List.of(Shape.of(2, 2, 1)), Seed.of(1), engine);
    net.parameters().set("conv2d.weight", Tensor.full(Shape.of(1, 1, 1, 1), 2));
    TopPatches top =
        TopPatches.of(net, "conv2d", 3, i -> Tensor.full(Shape.of(2, 2, 1), i % 2 + 1), 1);
    assertThat(top.channels().get(0)).containsExactly(new TopPatches.Place(1, 0, 0, 4));
  }

  /** Of SGD the step is rate · g, so the ratio is rate · ‖g‖ / ‖w‖. */
  @Test
  void updateRatiosOfSgd() {
    Model net = Model.build(sequence(flatten(), dense(3)), Shape.of(4, 4, 1), Seed.of(1), engine);
    TrainingStep step = TrainingStep.of(net, crossEntropy(), Optimizers.sgd(0.1), 5);
    float[] before = net.parameters().values().clone();
    var batch =
        new dev.fovea.data.Batch(
            Engines.random(1, 5, 4, 4, 1), Tensor.of(Shape.of(5), 0, 1, 2, 1, 0), 5, 0);
    double _ = step.gradients(batch, Seed.of(0));
    step.apply(0.1);
    float[] after = net.parameters().values().clone();
    double moved = 0;
    double size = 0;
    int from = net.parameters().offset("1.weight");
    for (int i = from; i < from + 48; i++) {
      moved += Math.pow(after[i] - before[i], 2);
      size += Math.pow(before[i], 2);
    }
    var ratios = UpdateRatios.of(net, before, after);
    assertThat(ratios.get("1.weight")).isCloseTo(Math.sqrt(moved / size), within(1e-9));
    assertThat(ratios.get("1.bias")).isNaN(); // began at zero
  }

  @Test
  void deadAndSaturatedUnits() {
    Tensor values = Tensor.of(Shape.of(2, 1, 2, 3), 0, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0);
    UnitHealth rectified = UnitHealth.of(layer(relu()), values);
    assertThat(rectified.dead()).containsExactly(0);
    assertThat(rectified.deadShare()).isCloseTo(1 / 3.0, within(1e-12));
    assertThat(rectified.saturated()).isZero();
    assertThat(rectified.mean()).isCloseTo(0.25, within(1e-12));
  }

  /** Limits are those of the activation; that numbers happen to lie within them says nothing. */
  @Test
  void saturationIsOfActivationsWithLimits() {
    Tensor some = Tensor.of(Shape.of(1, 4), -0.999f, 0.005f, 1, -0.2f);
    assertThat(UnitHealth.of(layer(tanh()), some).saturated()).isEqualTo(0.5);
    Tensor shares = Tensor.of(Shape.of(1, 4), 0, 0.005f, 1, 0.5f);
    assertThat(UnitHealth.of(layer(sigmoid()), shares).saturated()).isEqualTo(0.75);
    assertThat(UnitHealth.of(layer(dense(4)), some).saturated()).isZero();
  }

  private Layers.Layer layer(Layer layer) {
    return Layers.of(Model.build(layer, Shape.of(4), Seed.of(1), engine)).all().getLast();
  }

  @Test
  void groupsOfRankOneAreFoundAndErrorsNeverRise() {
    Tensor one = Tensor.zeros(Shape.of(3, 4, 5));
    for (int i = 0; i < 60; i++) {
      one.data()[i] = (i / 5 + 1) * (i % 5);
    }
    NeuronGroups g = NeuronGroups.of(one, 1, 50, Seed.of(1));
    assertThat(g.errors().getLast()).isLessThan(1e-6 * g.errors().getFirst());
    Tensor any = Engines.random(4, 6, 6, 8);
    for (int i = 0; i < any.data().length; i++) {
      any.data()[i] = Math.max(0, any.data()[i]);
    }
    NeuronGroups three = NeuronGroups.of(any, 3, 60, Seed.of(2));
    for (int i = 1; i < three.errors().size(); i++) {
      assertThat(three.errors().get(i)).isLessThanOrEqualTo(three.errors().get(i - 1) + 1e-9);
    }
    assertThat(NeuronGroups.of(any, 3, 60, Seed.of(2)).maps().data())
        .isEqualTo(three.maps().data());
    assertThatThrownBy(() -> NeuronGroups.of(Engines.random(1, 2, 2, 2), 1, 1, Seed.of(1)))
        .hasMessageContaining("none below 0");
  }
}
