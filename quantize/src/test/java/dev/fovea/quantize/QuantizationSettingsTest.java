package dev.fovea.quantize;

import static dev.fovea.nn.Layers.batchNorm;
import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.depthwiseConv2d;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.maxPool;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.relu6;
import static dev.fovea.nn.Layers.sequence;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.fovea.engine.Engine;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Model;
import dev.fovea.nn.Signal;
import dev.fovea.op.Value;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What a quantizer does beside rounding, and what it tells of it. */
final class QuantizationSettingsTest {
  private static final Shape INPUT = Shape.of(8, 8, 3);
  private static final int SAMPLES = 12;

  /** Channels of very different ranges: what equalization is for. */
  private static Model uneven() {
    Layer layer =
        sequence(
            conv2d(6, 3).same().noBias(),
            batchNorm(),
            relu(),
            depthwiseConv2d(3).same(),
            relu(),
            maxPool(2),
            conv2d(5, 1),
            relu6(),
            conv2d(4, 1),
            relu(),
            flatten(),
            dense(7));
    Model model = Model.build(layer, INPUT, Seed.of(4));
    model
        .parameters()
        .all()
        .forEach(p -> {
          if (p.shape().rank() == 1) {
            Tensor t = Tensor.zeros(p.shape());
            Rng rng = new Rng(p.offset());
            for (int i = 0; i < t.data().length; i++) {
              t.data()[i] = (float) Math.pow(10, rng.nextFloat(-1, 1));
            }
            model.parameters().set(p.name(), t);
          }
        });
    return model;
  }

  private static List<List<Tensor>> samples() {
    List<List<Tensor>> samples = new ArrayList<>();
    for (int i = 0; i < SAMPLES; i++) {
      Tensor t = Tensor.zeros(INPUT);
      Rng rng = new Rng(i);
      for (int k = 0; k < t.data().length; k++) {
        t.data()[k] = rng.nextFloat(-1, 1);
      }
      samples.add(List.of(t));
    }
    return samples;
  }

  private static Quantizer calibrated(Model model, QuantizationSettings settings) {
    Quantizer quantizer = new Quantizer(model, settings);
    samples().forEach(quantizer::observe);
    return quantizer;
  }

  private static double decibels(Model model, Model whole) {
    Noise noise = new Noise();
    for (List<Tensor> sample : samples()) {
      Tensor batch = sample.get(0).reshape(INPUT.prepend(1));
      noise.add(model.run(batch).data(), whole.run(batch).data());
    }
    return noise.decibels();
  }

  /** The function is the same; the largest weights of a channel on both sides are equal. */
  @Test
  void equalizedLayersComputeTheSame() {
    Model model = uneven();
    Model equal = Equalization.of(model);
    assertThat(decibels(model, equal)).isGreaterThan(100);
    QuantizableGraph graph = QuantizableGraph.of(equal, 1);
    Map<Value, Tensor> standing = Standing.of(equal, graph);
    float[] depthwise = weights(graph, standing, 1);
    float[] pointwise = weights(graph, standing, 2);
    float[] last = weights(graph, standing, 3);
    for (int c = 0; c < 6; c++) {
      assertThat(largest(depthwise, c, 6)).isCloseTo(row(pointwise, c, 5), withinPercentage(0.1));
    }
    for (int c = 0; c < 5; c++) { // through a rectifier with an upper limit
      assertThat(largest(pointwise, c, 5)).isCloseTo(row(last, c, 4), withinPercentage(0.1));
    }
  }

  private static float[] weights(QuantizableGraph graph, Map<Value, Tensor> standing, int layer) {
    return Objects.requireNonNull(standing.get(graph.layers().get(layer).input(1))).data();
  }

  /** Returns the largest weight of an output channel, of which there are so many. */
  private static float largest(float[] weights, int channel, int channels) {
    float most = 0;
    for (int i = channel; i < weights.length; i += channels) {
      most = Math.max(most, Math.abs(weights[i]));
    }
    return most;
  }

  /** Returns the largest weight of an input channel. */
  private static float row(float[] weights, int channel, int outputs) {
    return largest(Arrays.copyOfRange(weights, channel * outputs, (channel + 1) * outputs), 0, 1);
  }

  @Test
  void everySettingGivesANetworkNearTheTrainedOne() {
    Model model = uneven();
    for (Calibration c : Calibration.values()) {
      for (int i = 0; i < 4; i++) {
        QuantizationSettings s =
            QuantizationSettings.standard()
                .with(c)
                .biasCorrection((i & 1) != 0)
                .equalization((i & 2) != 0);
        Model whole = calibrated(model, s).finish().model();
        assertThat(decibels(model, whole)).as(s.toString()).isGreaterThan(20);
      }
    }
  }

  /** With the mean of the error taken up, the mean of what a layer gives is that of floats. */
  @Test
  void correctedBiasesKeepTheMean() {
    Model model = Model.build(dense(3), Shape.of(40), Seed.of(2));
    List<Tensor> inputs = new ArrayList<>();
    Rng rng = new Rng(5);
    for (int i = 0; i < 50; i++) {
      Tensor t = Tensor.zeros(Shape.of(40));
      for (int k = 0; k < 40; k++) {
        t.data()[k] = rng.nextFloat(0, 1);
      }
      inputs.add(t);
    }
    double plain = meanError(model, inputs, QuantizationSettings.standard());
    double corrected =
        meanError(model, inputs, QuantizationSettings.standard().biasCorrection(true));
    assertThat(corrected).isLessThan(plain / 3);
  }

  private static double meanError(Model model, List<Tensor> inputs, QuantizationSettings s) {
    Quantizer quantizer = new Quantizer(model, s);
    inputs.forEach(x -> quantizer.observe(List.of(x)));
    Model whole = quantizer.finish().model();
    double[] mean = new double[3];
    for (Tensor x : inputs) {
      Tensor batch = x.reshape(x.shape().prepend(1));
      float[] y = model.run(batch).data();
      float[] y8 = whole.run(batch).data();
      for (int c = 0; c < 3; c++) {
        mean[c] += (y8[c] - y[c]) / inputs.size();
      }
    }
    return Math.abs(mean[0]) + Math.abs(mean[1]) + Math.abs(mean[2]);
  }

  @Test
  void layersAreSkippedByTheirPathOrTheirBlocks() {
    Model model =
        Model.build(
            sequence(
                conv2d(4, 3).named("first"),
                sequence(conv2d(4, 1), relu(), conv2d(4, 1)).named("block"),
                flatten(),
                dense(3)),
            INPUT,
            Seed.of(1));
    Quantizer all = calibrated(model, QuantizationSettings.standard());
    assertThat(all.layers()).containsExactly("first", "block.0", "block.2", "3");
    Quantizer some = calibrated(model, QuantizationSettings.standard().skip(List.of("block", "3")));
    assertThat(some.skipped()).containsExactly("block.0", "block.2", "3");
    assertThat(some.finish().quantized()).isEqualTo(1);
    assertThat(some.finish().kept()).isEqualTo(3);
    assertThat(some.report(samples())).extracting(LayerReport::path).containsExactly("first");
    assertThat(all.report(samples()))
        .extracting(LayerReport::kind)
        .containsExactly("conv 3×3 3→4", "conv 1×1 4→4", "conv 1×1 4→4", "dense 144→3");
    assertThatThrownBy(() -> all.skipping(List.of("nothing like it")))
        .hasMessageEndingWith(
            "; known: first (conv 3×3 3→4), block.0 (conv 1×1 4→4), block.2 (conv 1×1 4→4), 3"
                + " (dense 144→3)");
    Quantizer twice =
        calibrated(model, QuantizationSettings.standard().skip(List.of("block", "block.0")));
    assertThat(twice.skipped()).containsExactly("block.0", "block.2");
    Model none = all.skipping(all.layers()).finish().model();
    assertThat(decibels(model, none)).isGreaterThan(100);
    assertThatThrownBy(() -> all.skipping(List.of("blok")))
        .hasMessageStartingWith("quantize: no convolution and no dense layer is called blok");
  }

  /** A layer that only the second output depends on has an error too. */
  @Test
  void sensitivityIsThatOfAllOutputs() {
    Model model =
        Model.build(
            inputs -> {
              Signal x = flatten().apply(inputs.get(0));
              return List.of(dense(3).apply(x), dense(4).apply(x));
            },
            List.of(INPUT),
            Seed.of(3),
            Engine.shared());
    assertThat(calibrated(model, QuantizationSettings.standard()).sensitivity(samples()).values())
        .hasSize(2)
        .allMatch(error -> error > 0);
  }

  @Test
  void aReportTellsRangesAndNoise() {
    Model model = uneven();
    List<LayerReport> plain = calibrated(model, QuantizationSettings.standard()).report(samples());
    assertThat(plain).hasSize(5);
    assertThat(plain).allMatch(r -> r.clipped() == 0 && r.signalToNoise() > 15);
    assertThat(plain.get(0).range().low()).isCloseTo(-1, within(0.02f));
    assertThat(plain.get(0).range().high()).isCloseTo(1, within(0.02f));
  }

  /** One of 40,000 numbers lies far outside: a ten-thousandth is cut off. */
  @Test
  void whatAPercentileCutsOffIsTold() {
    Model model = Model.build(dense(1), Shape.of(40_000), Seed.of(1));
    Tensor x = Tensor.zeros(Shape.of(40_000));
    Rng rng = new Rng(1);
    for (int i = 0; i < x.data().length; i++) {
      x.data()[i] = rng.nextFloat(0, 1);
    }
    x.data()[7] = 100;
    Quantizer quantizer =
        new Quantizer(model, QuantizationSettings.standard().with(Calibration.PERCENTILE));
    quantizer.observe(List.of(x));
    LayerReport r = quantizer.report(List.of(List.of(x))).get(0);
    assertThat(r.range().high()).isLessThan(1.1f);
    assertThat(r.clipped()).isEqualTo(1.0 / 40_000);
  }

  /**
   * A loss that one layer alone causes: the search leaves out a few layers, that one among them.
   */
  @Test
  void layersThatHurtAreFound() {
    Model model = uneven();
    Quantizer quantizer = calibrated(model, QuantizationSettings.standard());
    Map<String, Double> alone = quantizer.sensitivity(samples());
    assertThat(alone).hasSize(5);
    LayerSearch.Found easy = LayerSearch.of(quantizer, samples(), m -> -decibels(model, m), -10);
    assertThat(easy.quantizer().skipped()).isEmpty();
    double all = decibels(model, quantizer.finish().model());
    LayerSearch.Found found =
        LayerSearch.of(quantizer, samples(), m -> -decibels(model, m), -all - 3);
    assertThat(found.all()).isEqualTo(-all);
    assertThat(found.drop()).isLessThanOrEqualTo(-all - 3);
    String worst =
        alone.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow().getKey();
    assertThat(found.quantizer().skipped()).contains(worst).hasSizeLessThan(5);
  }
}
