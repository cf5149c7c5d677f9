package dev.fovea.nn;

import static dev.fovea.nn.Layers.avgPool;
import static dev.fovea.nn.Layers.batchNorm;
import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.dropout;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.localResponseNorm;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;
import static dev.fovea.nn.Layers.softmax;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.engine.Engine;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.ShapeException;
import dev.fovea.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ModelTest {
  private static final Engine ENGINE = Engine.ofThreads(2);

  private static Model model(Layer layer, int... input) {
    return Model.build(layer, Shape.of(input), Seed.of(1), ENGINE);
  }

  private static Tensor random(long seed, int... dims) {
    Tensor t = Tensor.zeros(Shape.of(dims));
    Rng rng = Seed.of(seed).rng();
    for (int i = 0; i < t.data().length; i++) {
      t.data()[i] = rng.nextFloat(-1, 1);
    }
    return t;
  }

  private static List<String> names(Model m) {
    return m.parameters().all().stream().map(Parameters.Parameter::name).toList();
  }

  @Test
  void sharedLayerHasItsParametersOnce() {
    Dense shared = dense(3);
    Model m = model(sequence(shared, relu(), shared), 3);
    assertThat(names(m)).containsExactly("0.weight", "0.bias");
    assertThat(m.summary().rows().getLast().shared()).isTrue();
    float[] w = m.parameters().tensor("0.weight").data();
    Tensor x = random(1, 1, 3);
    float[] y = layer(layer(x.data(), w, true), w, false);
    assertThat(m.run(x).data()).containsExactly(y, within(1e-6f));
  }

  private static float[] layer(float[] x, float[] w, boolean relu) {
    float[] y = new float[3];
    for (int o = 0; o < 3; o++) {
      for (int i = 0; i < 3; i++) {
        y[o] += x[i] * w[i * 3 + o];
      }
      y[o] = relu ? Math.max(0, y[o]) : y[o];
    }
    return y;
  }

  @Test
  void sharedLayerOnOtherChannelsIsRefused() {
    Dense shared = dense(3);
    assertThatThrownBy(() -> model(sequence(shared, dense(5), shared), 3))
        .isInstanceOf(FoveaException.class)
        .hasMessageContaining("parameter 0.weight has shape [3,3] but is used here with [5,3]");
  }

  @Test
  void residualBlockIsALambda() {
    Layer inner = conv2d(2, 3).same();
    Layer block = x -> x.plus(inner.apply(x));
    Model m = model(sequence(block.named("res"), relu()), 5, 5, 2);
    assertThat(names(m)).containsExactly("res.conv2d.weight", "res.conv2d.bias");
    m.parameters().set("res.conv2d.weight", Tensor.zeros(Shape.of(3, 3, 2, 2)));
    Tensor x = random(3, 2, 5, 5, 2);
    Tensor y = m.run(x);
    for (int i = 0; i < y.data().length; i++) {
      assertThat(y.data()[i]).isEqualTo(Math.max(0, x.data()[i]));
    }
  }

  @Test
  void severalInputsAndOutputs() {
    Layer left = dense(2).named("left");
    Layer right = dense(3).named("right");
    Network network =
        in -> {
          Signal a = left.apply(in.get(0));
          Signal b = right.apply(in.get(1));
          return List.of(a.concat(b), b.times(2));
        };
    Model m = Model.build(network, List.of(Shape.of(4), Shape.of(5)), Seed.of(1), ENGINE);
    assertThat(m.outputs()).containsExactly(Shape.of(5), Shape.of(3));
    List<Tensor> y = m.run(List.of(random(1, 2, 4), random(2, 2, 5)));
    for (int i = 0; i < 2; i++) {
      for (int c = 0; c < 3; c++) {
        assertThat(y.get(1).get(i, c)).isEqualTo(2 * y.get(0).get(i, 2 + c));
      }
    }
    assertThatThrownBy(() -> m.run(List.of(random(1, 2, 4))))
        .hasMessage("model: takes 2 inputs, got 1");
    assertThatThrownBy(() -> m.run(List.of(random(1, 2, 4), random(1, 3, 5))))
        .isInstanceOf(FoveaException.class)
        .hasMessage("model: input 1 must be [N,5] with N ≥ 1, the same for all inputs, got [3,5]");
  }

  /** Both see what either is given; a network of other parameters is refused. */
  @Test
  void otherInputsAndNetworksShareParameters() {
    Layer conv = conv2d(2, 3).same();
    Model model = Model.build(conv, Shape.of(4, 4, 1), Seed.of(1));
    Model wide = model.over(in -> List.of(conv.apply(in.get(0))), List.of(Shape.of(6, 8, 1)));
    assertThat(wide.outputs()).containsExactly(Shape.of(6, 8, 2));
    Tensor ones = Tensor.full(Shape.of(2), 1);
    wide.parameters().set("conv2d.bias", ones);
    assertThat(model.parameters().tensor("conv2d.bias").data()).containsExactly(ones.data());
    assertThatThrownBy(
            () -> model.over(in -> List.of(dense(3).apply(in.get(0))), List.of(Shape.of(4))))
        .isInstanceOf(FoveaException.class);
  }

  @Test
  void freezePatterns() {
    Layer features = sequence(conv2d(2, 3), relu(), conv2d(2, 3)).named("features");
    Model m = model(sequence(features, flatten(), dense(2).named("head")), 6, 6, 1);
    assertThat(frozen(m.freeze("features.**"))).allMatch(n -> n.startsWith("features.")).hasSize(4);
    assertThat(frozen(m.freeze("features"))).hasSize(4);
    assertThat(frozen(m.freeze("features.*.bias", "head.bias")))
        .containsExactly("features.0.bias", "features.2.bias", "head.bias");
    assertThat(frozen(m.freeze("features.0").freeze("head"))).hasSize(4);
    assertThat(frozen(m.freeze("**").unfreeze())).isEmpty();
    assertThatThrownBy(() -> m.freeze("feature.**"))
        .isInstanceOf(FoveaException.class)
        .hasMessage("parameters: nothing matches feature.**; names look like features.0.weight");
  }

  private static List<String> frozen(Model m) {
    return names(m).stream().filter(m::isFrozen).toList();
  }

  @Test
  void errorsNameThePathTheRuleAndTheShapes() {
    Layer features = sequence(conv2d(64, 3), relu(), avgPool(2), conv2d(8, 5)).named("features");
    assertThatThrownBy(() -> model(sequence(features, flatten()), 8, 8, 1))
        .isInstanceOf(ShapeException.class)
        .hasMessage(
            "conv2d at features.3: kernel 5×5 does not fit input 3×3 (valid padding);"
                + " use same() or a smaller kernel; input=[N,3,3,64], [5,5,64,8]");
    assertThatThrownBy(() -> model(sequence(conv2d(1, 3), dense(2)), 8, 8, 1))
        .hasMessage(
            "dense at 1: needs rows [N,features]; put flatten() or globalAvgPool() before it;"
                + " input=[N,6,6,1]");
    assertThatThrownBy(() -> model(sequence(flatten(), conv2d(1, 3)), 8, 8, 1))
        .hasMessage(
            "conv2d at 1: needs images [N,H,W,C], got 2 axes; reshape or move it before flatten();"
                + " input=[N,64]");
    assertThatThrownBy(() -> model(conv2d(4, 3).groups(2), 8, 8, 3))
        .hasMessage("conv2d at conv2d: 3 channels do not divide into 2 groups; input=[N,8,8,3]");
    assertThatThrownBy(() -> conv2d(0, 3)).hasMessage("conv2d: filters must be at least 1, got 0");
    assertThatThrownBy(() -> dropout(1)).hasMessage("dropout: rate must be in [0, 1), got 1.0");
  }

  @Test
  void dropoutDoesNothingInInference() {
    Model m = model(sequence(dropout(0.9)), 4);
    Tensor x = random(1, 3, 4);
    assertThat(m.run(x).data()).isEqualTo(x.data());
  }

  @Test
  void batchNormUsesTheRunningStatisticsInInference() {
    Model m = model(batchNorm(), 2);
    m.parameters().set("batch_norm.running_mean", Tensor.of(Shape.of(2), 1, 2));
    m.parameters().set("batch_norm.running_var", Tensor.of(Shape.of(2), 4, 9));
    m.parameters().set("batch_norm.weight", Tensor.of(Shape.of(2), 1, 2));
    m.parameters().set("batch_norm.bias", Tensor.of(Shape.of(2), 0, 1));
    float[] y = m.run(Tensor.of(Shape.of(1, 2), 3, 5)).data();
    assertThat(y[0]).isCloseTo(1, within(1e-5f));
    assertThat(y[1]).isCloseTo(3, within(1e-5f));
  }

  /** Each of 2, 3, −1, 4 over (1 + Σ of its neighbours' and its own square)^¾. */
  @Test
  void localResponseNormDividesByItsNeighbours() {
    Model m = model(localResponseNorm(3).alpha(3), 4);
    float[] y = m.run(Tensor.of(Shape.of(1, 4), 2, 3, -1, 4)).data();
    double[] squares = {4 + 9, 4 + 9 + 1, 9 + 1 + 16, 1 + 16};
    float[] x = {2, 3, -1, 4};
    for (int i = 0; i < 4; i++) {
      float expected = (float) (x[i] / Math.pow(1 + squares[i], 0.75));
      assertThat(y[i]).isCloseTo(expected, within(1e-6f));
    }
    assertThat(m.summary().parameters()).isZero();
  }

  @Test
  void changedParametersAreSeen() {
    Model m = model(sequence(conv2d(3, 3), batchNorm(), relu()), 6, 6, 1);
    Tensor x = random(1, 2, 6, 6, 1);
    Tensor before = m.run(x);
    m.parameters().set("0.weight", random(7, 3, 3, 1, 3));
    Tensor after = m.run(x);
    assertThat(after.data()).isNotEqualTo(before.data());
    Model fresh = model(sequence(conv2d(3, 3), batchNorm(), relu()), 6, 6, 1);
    fresh.parameters().set("0.weight", random(7, 3, 3, 1, 3));
    assertThat(fresh.run(x).data()).isEqualTo(after.data());
  }

  @Test
  void eightThreadsPredictWhatOneDoes() throws Exception {
    Model m =
        model(
            sequence(
                conv2d(8, 3).same(),
                batchNorm(),
                relu(),
                avgPool(2),
                conv2d(8, 3),
                relu(),
                flatten(),
                dense(5)),
            12,
            12,
            1);
    List<float[]> alone = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      alone.add(m.predict(random(i, 12, 12, 1)).probabilities());
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Future<Boolean>> results = new ArrayList<>();
      for (int t = 0; t < 8; t++) {
        int first = t;
        results.add(
            threads.submit(() -> {
              boolean same = true;
              for (int k = 0; k < 100; k++) {
                int i = (first + k) % 16;
                float[] p = m.predict(random(i, 12, 12, 1)).probabilities();
                same &= Arrays.equals(p, alone.get(i));
              }
              return same;
            }));
      }
      for (Future<Boolean> r : results) {
        assertThat(r.get()).isTrue();
      }
    }
  }

  @Test
  void largeBatchIsComputedInPartsThatGiveWhatSinglesDo() {
    Model m = model(sequence(conv2d(4, 3).same(), relu(), avgPool(4)), 256, 256, 8);
    Tensor batch = random(1, 11, 256, 256, 8);
    Tensor all = m.run(batch);
    assertThat(all.shape()).isEqualTo(Shape.of(11, 64, 64, 4));
    int in = 256 * 256 * 8;
    int out = 64 * 64 * 4;
    for (int i = 0; i < 11; i++) {
      float[] one = Arrays.copyOfRange(batch.data(), i * in, (i + 1) * in);
      Tensor alone = m.run(Tensor.of(Shape.of(1, 256, 256, 8), one));
      assertThat(Arrays.copyOfRange(all.data(), i * out, (i + 1) * out)).isEqualTo(alone.data());
    }
  }

  @Test
  void predictionTakesLogitsOrProbabilitiesAndNames() {
    Layer logits = sequence(dense(3));
    Model a = model(logits, 2).withMetadata(Map.of("labels", "cat\ndog\nowl"));
    Model b = model(sequence(dense(3), softmax()), 2);
    Tensor x = random(1, 2);
    float[] p = a.predict(x).probabilities();
    assertThat(b.predict(x).probabilities()).containsExactly(p, within(1e-6f));
    assertThat(p[0] + p[1] + p[2]).isCloseTo(1, within(1e-6f));
    assertThat(a.predict(x).best().label()).isIn("cat", "dog", "owl");
    assertThat(a.predict(x).top(2)).hasSize(2);
    assertThatThrownBy(() -> a.predict(Tensor.zeros(Shape.of(2, 2))))
        .isInstanceOf(FoveaException.class)
        .hasMessage("predict: takes one sample of [2], got [2,2]");
  }

  @Test
  void savedModelLoadsBitForBit(@TempDir Path dir) {
    Path file = dir.resolve("m.safetensors");
    Layer layers = sequence(conv2d(3, 3), batchNorm(), localResponseNorm(3), flatten(), dense(2));
    Model a = model(layers, 5, 5, 1);
    a.save(file);
    Layer same = sequence(conv2d(3, 3), batchNorm(), localResponseNorm(3), flatten(), dense(2));
    Model b = Model.build(same, Shape.of(5, 5, 1), Seed.of(99), ENGINE);
    b.load(file);
    assertThat(b.parameters().values()).isEqualTo(a.parameters().values());
    Model c = model(sequence(conv2d(4, 3)), 5, 5, 1);
    assertThatThrownBy(() -> c.load(file)).isInstanceOf(FoveaException.class);
    assertThatThrownBy(() -> a.save(dir.resolve("m.txt")))
        .isInstanceOf(FoveaException.class)
        .hasMessage(
            "save: cannot write m.txt; the name must end in .safetensors; others, such as .onnx, come"
                + " with the jar fovea-formats and its META-INF/services");
  }
}
