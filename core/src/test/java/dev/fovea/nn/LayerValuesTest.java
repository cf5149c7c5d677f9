package dev.fovea.nn;

import static dev.fovea.nn.Layers.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.engine.Engine;
import dev.fovea.engine.compile.Compiler;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.runtime.CompiledFunction;
import dev.fovea.engine.runtime.Device;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.ShapeException;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Layers that are made of ops against their definitions, written as loops. */
final class LayerValuesTest {
  private static final Engine ENGINE = Engine.ofThreads(1);

  private static Model model(Layer layer, int... sample) {
    Model m = Model.build(layer, Shape.of(sample), Seed.of(3), ENGINE);
    for (Parameters.Parameter p : m.parameters().all()) {
      m.parameters().set(p.name(), random(p.name().hashCode(), p.shape()));
    }
    return m;
  }

  private static Tensor random(long seed, Shape shape) {
    Tensor t = Tensor.zeros(shape);
    Rng rng = Seed.of(seed).rng();
    for (int i = 0; i < t.data().length; i++) {
      t.data()[i] = rng.nextFloat(-1, 1);
    }
    return t;
  }

  private static float[] run(Layer layer, Tensor x) {
    return model(layer, x.shape().dropFirst().dims()).run(x).data();
  }

  private static float[] of(Model m, String name) {
    return m.parameters().tensor(name).data();
  }

  private static void near(float[] got, double[] wanted) {
    assertThat(got).hasSize(wanted.length);
    for (int i = 0; i < wanted.length; i++) {
      assertThat((double) got[i]).as("at " + i).isCloseTo(wanted[i], within(1e-5));
    }
  }

  private static Tensor row(float... values) {
    return Tensor.of(Shape.of(1, 1, values.length, 1), values);
  }

  @Test
  void groupsAreNormalisedOverPlacesAndTheirChannels() {
    Tensor x = random(1, Shape.of(2, 3, 2, 4));
    Model m = model(groupNorm(2), 3, 2, 4);
    double[] wanted = new double[48];
    for (int n = 0; n < 2; n++) {
      for (int g = 0; g < 2; g++) {
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < 12; i++) {
          double v = x.data()[n * 24 + i / 2 * 4 + g * 2 + i % 2];
          sum += v;
          squares += v * v;
        }
        double mean = sum / 12;
        double deviation = Math.sqrt(squares / 12 - mean * mean + 1e-5);
        for (int i = 0; i < 12; i++) {
          int c = g * 2 + i % 2;
          int at = n * 24 + i / 2 * 4 + c;
          wanted[at] = (x.data()[at] - mean) / deviation * of(m, "group_norm.weight")[c];
          wanted[at] += of(m, "group_norm.bias")[c];
        }
      }
    }
    near(m.run(x).data(), wanted);
  }

  @Test
  void pixelsLieBetweenPixelsWhenResized() {
    near(run(resize(1, 4).bilinear(), row(1, 2)), new double[] {1, 1.25, 1.75, 2});
    near(run(resize(1, 3).bilinear().alignCorners(), row(1, 2)), new double[] {1, 1.5, 2});
    near(run(resize(1, 5).nearest(), row(1, 2, 3)), new double[] {1, 1, 2, 2, 3});
    near(run(upsample(2), row(1, 2)), new double[] {1, 1, 2, 2, 1, 1, 2, 2});
    // Cubic convolution with a = −¾ at ¼ and ¾: −27/256, 225/256, 67/256, −9/256.
    float[] cubic = run(resize(1, 8).bicubic(), row(0, 0, 256, 0));
    near(Arrays.copyOfRange(cubic, 1, 8), new double[] {-9, -27, 67, 225, 225, 67, -27});
  }

  @Test
  void channelsAndPixelsChangePlaces() {
    Tensor x = Tensor.of(Shape.of(1, 1, 1, 8), 0, 1, 2, 3, 4, 5, 6, 7);
    assertThat(run(channelShuffle(2), x)).containsExactly(0, 4, 1, 5, 2, 6, 3, 7);
    // Channel c·4 + i·2 + j lies at row i and column j: pixels (0,0), (0,1), (1,0), (1,1).
    assertThat(run(pixelShuffle(2), x)).containsExactly(0, 4, 1, 5, 2, 6, 3, 7);
    Tensor image = random(4, Shape.of(2, 4, 6, 3));
    Layer there = sequence(pixelUnshuffle(2), pixelShuffle(2));
    assertThat(run(there, image)).isEqualTo(image.data());
    assertThat(run(maxout(2), x)).containsExactly(1, 3, 5, 7);
  }

  @Test
  void poolsReachOverTheEndWhereTheyRoundUp() {
    Tensor x = row(1, 2, 3, 4, 5, 6);
    assertThat(run(maxPool(1, 3).stride(1, 2).ceil(), x)).containsExactly(3, 5, 6);
    assertThat(run(avgPool(1, 3).stride(1, 2).ceil(), x)).containsExactly(2, 4, 5.5f);
    assertThat(run(avgPool(1, 3).stride(1, 2).padding(0, 0, 1, 0).ceil().countPadding(), x))
        .containsExactly(1, 3, 5);
    // The last window would begin beyond the padding before it and is left out.
    assertThat(run(maxPool(1, 1).stride(1, 3).ceil(), row(1, 2, 3, 4, 5))).containsExactly(1, 4);
  }

  @Test
  void adaptivePoolsCoverTheirAreas() {
    Tensor x = row(1, 2, 3, 4, 5);
    assertThat(run(adaptiveAvgPool(1, 2), x)).containsExactly(2, 4);
    assertThat(run(adaptiveMaxPool(1, 2), x)).containsExactly(3, 5);
    near(run(adaptiveAvgPool(1, 3), x), new double[] {1.5, 3, 4.5});
    assertThat(run(adaptiveMaxPool(1, 3), x)).containsExactly(2, 4, 5);
  }

  @Test
  void poolingByANormTakesRootsOfSums() {
    Tensor x = row(3, -4, 0, 2);
    near(run(lpPool(2, 2).padding(0), fourRows(x)), new double[] {Math.sqrt(50), Math.sqrt(8)});
    near(run(lpPool(1, 2), fourRows(x)), new double[] {14, 4});
    near(run(lpPool(3, 2), fourRows(x)), new double[] {Math.cbrt(182), Math.cbrt(16)});
  }

  private static Tensor fourRows(Tensor row) {
    float[] twice = Arrays.copyOf(row.data(), 8);
    System.arraycopy(row.data(), 0, twice, 4, 4);
    return Tensor.of(Shape.of(1, 2, 4, 1), twice);
  }

  @Test
  void unpoolingPutsNumbersWhereTheLargestWere() {
    Pool2d pool = maxPool(1, 2);
    Layer there = x -> pool.unpool(pool.apply(x).times(10), x);
    assertThat(run(there, row(1, 3, 7, 2))).containsExactly(0, 30, 70, 0);
    Pool2d mean = avgPool(1, 2);
    Layer wrong = x -> mean.unpool(mean.apply(x), x);
    assertThatThrownBy(() -> run(wrong, row(1, 2))).isInstanceOf(ShapeException.class);
  }

  @Test
  void embeddingsAreRowsOfTheTable() {
    Model m = model(embedding(4, 3), 3);
    float[] y = m.run(Tensor.of(Shape.of(1, 3), 2, 9, 0)).data();
    float[] w = of(m, "embedding.weight");
    assertThat(y).containsExactly(w[6], w[7], w[8], 0, 0, 0, w[0], w[1], w[2]);
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  private static double product(float[] x, int at, int n, float[] w, int columns, int column) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += x[at + i] * w[i * columns + column];
    }
    return sum;
  }

  @Test
  void lstmIsItsFormula() {
    Model m = model(lstm(2).sequences(), 4, 3);
    Tensor x = random(5, Shape.of(1, 4, 3));
    double[] wanted = new double[8];
    float[] h = new float[2];
    double[] c = new double[2];
    for (int t = 0; t < 4; t++) {
      double[] z = new double[8];
      for (int g = 0; g < 8; g++) {
        z[g] =
            product(x.data(), t * 3, 3, of(m, "lstm.weight"), 8, g)
                + product(h, 0, 2, of(m, "lstm.recurrent"), 8, g)
                + of(m, "lstm.bias")[g];
      }
      for (int u = 0; u < 2; u++) {
        c[u] = sigmoid(z[2 + u]) * c[u] + sigmoid(z[u]) * Math.tanh(z[4 + u]);
        wanted[t * 2 + u] = sigmoid(z[6 + u]) * Math.tanh(c[u]);
        h[u] = (float) wanted[t * 2 + u];
      }
    }
    near(m.run(x).data(), wanted);
    Model fresh = Model.build(lstm(2), Shape.of(4, 3), Seed.of(1), ENGINE);
    assertThat(of(fresh, "lstm.bias")).containsExactly(0, 0, 1, 1, 0, 0, 0, 0);
  }

  @Test
  void gruIsItsFormula() {
    Model m = model(gru(2), 3, 3);
    Tensor x = random(6, Shape.of(1, 3, 3));
    float[] h = new float[2];
    for (int t = 0; t < 3; t++) {
      double[] a = new double[6];
      double[] b = new double[6];
      for (int g = 0; g < 6; g++) {
        a[g] = product(x.data(), t * 3, 3, of(m, "gru.weight"), 6, g) + of(m, "gru.bias")[g];
        b[g] = product(h, 0, 2, of(m, "gru.recurrent"), 6, g) + of(m, "gru.recurrent_bias")[g];
      }
      float[] next = new float[2];
      for (int u = 0; u < 2; u++) {
        double r = sigmoid(a[u] + b[u]);
        double z = sigmoid(a[2 + u] + b[2 + u]);
        double n = Math.tanh(a[4 + u] + r * b[4 + u]);
        next[u] = (float) ((1 - z) * n + z * h[u]);
      }
      h = next;
    }
    near(m.run(x).data(), new double[] {h[0], h[1]});
  }

  /** Reading a second part from the state after the first is reading the whole. */
  @ParameterizedTest
  @EnumSource(Recurrent.Cell.class)
  void recurrentLayersGoOnFromAState(Recurrent.Cell cell) {
    Recurrent layer = new Recurrent(cell, 2, true, false);
    Network parts =
        in -> {
          Recurrent.Result first = layer.apply(in.get(0), List.of());
          Recurrent.Result second = layer.apply(in.get(1), first.state());
          List<Signal> all = new ArrayList<>(List.of(first.output(), second.output()));
          all.addAll(second.state());
          return all;
        };
    Model whole = model(layer, 5, 3);
    Model split = Model.build(parts, List.of(Shape.of(2, 3), Shape.of(3, 3)), Seed.of(3), ENGINE);
    split.parameters().load("whole", whole.parameters().tensors());
    Tensor x = random(5, Shape.of(1, 5, 3));
    Tensor begin = Tensor.of(Shape.of(1, 2, 3), Arrays.copyOf(x.data(), 6));
    Tensor rest = Tensor.of(Shape.of(1, 3, 3), Arrays.copyOfRange(x.data(), 6, 15));
    List<Tensor> results = split.run(List.of(begin, rest));
    float[] y = whole.run(x).data();
    assertThat(results.get(0).data()).containsExactly(Arrays.copyOf(y, 4), within(1e-6f));
    assertThat(results.get(1).data()).containsExactly(Arrays.copyOfRange(y, 4, 10), within(1e-6f));
    assertThat(results).hasSize(cell == Recurrent.Cell.LSTM ? 4 : 3);
    assertThat(results.get(2).data()).containsExactly(Arrays.copyOfRange(y, 8, 10), within(1e-6f));
  }

  @Test
  void statesOfAnotherLengthAreRefused() {
    Network wrong = in -> List.of(lstm(2).apply(in.get(0), List.of(in.get(1))).output());
    assertThatThrownBy(
            () -> Model.build(wrong, List.of(Shape.of(4, 3), Shape.of(2)), Seed.of(3), ENGINE))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("lstm: takes two states [1,2], got [[1,2]]");
  }

  @Test
  void sequencesReadBackwardsAreThoseOfTheReversed() {
    Model forth = model(gru(2).sequences(), 3, 2);
    Model back = model(gru(2).sequences().reversed(), 3, 2);
    float[] y = forth.run(Tensor.of(Shape.of(1, 3, 2), 1, 2, 3, 4, 5, 6)).data();
    float[] z = back.run(Tensor.of(Shape.of(1, 3, 2), 5, 6, 3, 4, 1, 2)).data();
    assertThat(z).containsExactly(y[4], y[5], y[2], y[3], y[0], y[1]);
  }

  @Test
  void volumesAreCorrelatedInThreeDirections() {
    Model m = model(conv3d(2, 2).stride(2).padding(1), 3, 4, 3, 2);
    Tensor x = random(7, Shape.of(1, 3, 4, 3, 2));
    float[] w = of(m, "conv3d.weight");
    double[] wanted = new double[2 * 3 * 2 * 2];
    for (int i = 0; i < wanted.length; i++) {
      int f = i % 2;
      int ox = i / 2 % 2;
      int oy = i / 4 % 3;
      int oz = i / 12;
      wanted[i] = of(m, "conv3d.bias")[f];
      for (int k = 0; k < 16; k++) {
        int c = k % 2;
        int px = ox * 2 - 1 + k / 2 % 2;
        int py = oy * 2 - 1 + k / 4 % 2;
        int pz = oz * 2 - 1 + k / 8;
        boolean inside = px >= 0 && px < 3 && py >= 0 && py < 4 && pz >= 0 && pz < 3;
        wanted[i] += inside ? w[k * 2 + f] * x.data()[((pz * 4 + py) * 3 + px) * 2 + c] : 0;
      }
    }
    near(m.run(x).data(), wanted);
  }

  @Test
  void causalConvolutionsSeeNothingLater() {
    Model m = model(conv1d(1, 3).asCausal().noBias(), 4, 1);
    float[] w = of(m, "conv1d.weight");
    float[] y = m.run(Tensor.of(Shape.of(1, 4, 1), 1, 2, 3, 4)).data();
    near(
        y,
        new double[] {
          w[2], w[1] + 2 * w[2], w[0] + 2 * w[1] + 3 * w[2], 2 * w[0] + 3 * w[1] + 4 * w[2]
        });
  }

  @Test
  void locallyConnectedPlacesHaveTheirOwnWeights() {
    Model m = model(locallyConnected2d(2, 2).stride(2), 4, 5, 3);
    Tensor x = random(8, Shape.of(1, 4, 5, 3));
    double[] wanted = new double[2 * 2 * 2];
    for (int i = 0; i < wanted.length; i++) {
      int f = i % 2;
      int p = i / 2;
      wanted[i] = of(m, "locally_connected2d.bias")[i];
      for (int k = 0; k < 12; k++) {
        int row = p / 2 * 2 + k / 6;
        int column = p % 2 * 2 + k / 3 % 2;
        double w = of(m, "locally_connected2d.weight")[(p * 12 + k) * 2 + f];
        wanted[i] += w * x.data()[(row * 5 + column) * 3 + k % 3];
      }
    }
    near(m.run(x).data(), wanted);
  }

  /** Constant pictures have no contrast; a larger contrast than usual is what is left. */
  @Test
  void contrastIsWhatDiffersFromAround() {
    // Rounding leaves some 10⁻⁷ of 5, which ε = 10⁻⁴ divides.
    for (float v : run(localContrastNorm(3), Tensor.full(Shape.of(1, 4, 4, 2), 5))) {
      assertThat(v).isCloseTo(0, within(0.03f));
    }
    Tensor x = random(9, Shape.of(1, 6, 6, 2));
    Tensor more = Tensor.zeros(x.shape());
    for (int i = 0; i < x.data().length; i++) {
      more.data()[i] = 7 * x.data()[i] + 3;
    }
    float[] y = run(localContrastNorm(5), x);
    float[] z = run(localContrastNorm(5), more);
    for (int i = 0; i < y.length; i++) {
      assertThat(z[i]).isCloseTo(y[i], within(1e-4f));
    }
  }

  private static float[] trained(Layer layer, Tensor x, float... key) {
    Model m = Model.build(layer, x.shape().dropFirst(), Seed.of(1), ENGINE);
    Traced traced = m.trace(x.shape().dim(0), true);
    List<Value> inputs = List.of(traced.inputs().get(0), Source.Input.randomKey());
    Graph graph = Graph.of(inputs, traced.outputs());
    Tensor random = Tensor.of(Shape.of(key.length), key);
    return CompiledFunction.of(ENGINE.unwrap(Device.class), graph, Compiler.Mode.TRAIN)
        .call(x, random)
        .get(0)
        .data();
  }

  @Test
  void wholeSamplesAndChannelsAreDropped() {
    Tensor ones = Tensor.full(Shape.of(40, 2, 3, 5), 1);
    float[] samples = trained(stochasticDepth(0.2), ones, 1, 2, 3, 4);
    float[] channels = trained(spatialDropout(0.5), ones, 1, 2, 3, 4);
    int kept = 0;
    for (int n = 0; n < 40; n++) {
      float first = samples[n * 30];
      kept += first == 0 ? 0 : 1;
      assertThat(first == 0 || first == 1 / 0.8f).isTrue();
      for (int i = 0; i < 30; i++) {
        assertThat(samples[n * 30 + i]).isEqualTo(first);
        assertThat(channels[n * 30 + i]).isEqualTo(channels[n * 30 + i % 5]);
      }
    }
    assertThat(kept).isBetween(24, 39);
    assertThat(channels).contains(0f, 2f);
  }

  @Test
  void blocksAreDroppedAndTheRestGrows() {
    Tensor ones = Tensor.full(Shape.of(20, 12, 12, 4), 1);
    float[] y = trained(dropBlock(0.2, 3), ones, 4, 3, 2, 1);
    double sum = 0;
    int zeros = 0;
    for (float v : y) {
      sum += v;
      zeros += v == 0 ? 1 : 0;
    }
    // Blocks overlap, so that a little less than the rate is dropped; the sum stays.
    assertThat((double) zeros / y.length).isBetween(0.12, 0.2);
    assertThat(sum).isCloseTo(y.length, within(0.5));
    float grown = 1 / (1 - (float) zeros / y.length);
    for (float v : y) {
      assertThat(v == 0 || Math.abs(v - grown) < 1e-4).isTrue();
    }
  }

  @Test
  void activationsAreTheirFormulas() {
    Tensor x = Tensor.of(Shape.of(1, 5), -3, -0.5f, 0, 1, 7);
    near(run(relu6(), x), new double[] {0, 0, 0, 1, 6});
    near(run(hardSwish(), x), new double[] {0, -0.5 * 2.5 / 6, 0, 4.0 / 6, 7});
    near(run(silu(), x), Arrays.stream(wide(x)).map(v -> v * sigmoid(v)).toArray());
    near(
        run(mish(), x),
        Arrays.stream(wide(x)).map(v -> v * Math.tanh(Math.log1p(Math.exp(v)))).toArray());
    near(
        run(geluTanh(), x),
        Arrays.stream(wide(x))
            .map(v -> v / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v * v * v))))
            .toArray());
    // Φ(1) = 0.841344746, Φ(−½) = 0.308537539, Φ(−3) = 0.001349898 (tables of the distribution).
    near(run(gelu(), x), new double[] {-3 * 0.001349898, -0.5 * 0.308537539, 0, 0.841344746, 7});
    near(
        run(selu(), Tensor.of(Shape.of(1, 2), -1, 2)),
        new double[] {1.0507009873554805 * 1.6732632423543772 * Math.expm1(-1), 2.101401974710961});
  }

  private static double[] wide(Tensor x) {
    double[] wide = new double[x.data().length];
    Arrays.setAll(wide, i -> x.data()[i]);
    return wide;
  }

  @Test
  void whatDoesNotFitIsSaid() {
    refused(channelShuffle(3), "channel_shuffle: 4 channels do not divide by 3");
    refused(groupNorm(3), "group_norm: 4 channels do not divide into 3 groups");
    refused(crop(3, 2, 0, 0), "crop: leaves 0×6 of the image");
    refused(lstm(2), "lstm: needs sequences [N,T,F], got 4 axes");
    refused(conv3d(2, 2), "conv3d: needs volumes [N,D,H,W,C], got 4 axes");
    assertThatThrownBy(() -> dropBlock(1, 3))
        .isInstanceOf(FoveaException.class)
        .hasMessage("drop_block: rate must be in [0, 1), got 1.0");
  }

  private static void refused(Layer layer, String message) {
    assertThatThrownBy(() -> Model.build(layer, Shape.of(5, 6, 4), Seed.of(1), ENGINE))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining(message.substring(message.indexOf(' ') + 1));
  }
}
