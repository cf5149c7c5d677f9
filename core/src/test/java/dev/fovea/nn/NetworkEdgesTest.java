package dev.fovea.nn;

import static dev.fovea.nn.Layers.batchNorm;
import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.convTranspose2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.globalAvgPool;
import static dev.fovea.nn.Layers.localResponseNorm;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.reshape;
import static dev.fovea.nn.Layers.sequence;
import static dev.fovea.nn.Layers.sigmoid;
import static dev.fovea.nn.Layers.softmax;
import static dev.fovea.nn.Layers.tanh;
import static dev.fovea.nn.Layers.zeroPad;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.engine.Engine;
import dev.fovea.engine.autodiff.Autodiff;
import dev.fovea.engine.compile.Compiler;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.runtime.CompiledFunction;
import dev.fovea.engine.runtime.Device;
import dev.fovea.engine.runtime.Execution;
import dev.fovea.engine.runtime.SharedMemory;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Networks at the edges of what layers and models take. */
final class NetworkEdgesTest {
  private static Model model(Layer layer, int... input) {
    return Model.build(layer, Shape.of(input), Seed.of(1), Engine.shared());
  }

  private static Tensor random(long seed, int... shape) {
    Tensor t = Tensor.zeros(Shape.of(shape));
    Rng rng = Seed.of(seed).rng();
    for (int i = 0; i < t.data().length; i++) {
      t.data()[i] = (float) rng.nextGaussian();
    }
    return t;
  }

  /** Runs a training graph of the sum of squared outputs twice; returns the loss and gradients. */
  private static float[] trainingRuns(Model model, Tensor x, float[] gradients) {
    Traced traced = model.trace(x.shape().dim(0), true);
    Value y = traced.outputs().get(0);
    Value loss = y.times(y).sum().reshape(Shape.scalar());
    List<Value> wrt = List.copyOf(traced.parameters().values());
    List<Value> found = Autodiff.gradients(loss, wrt, traced.paths());
    Map<Source.Parameter, Value> slopes = new LinkedHashMap<>();
    traced.parameters().keySet().forEach(p -> slopes.put(p, found.get(slopes.size())));
    Graph graph =
        new Graph(traced.inputs(), List.of(loss), slopes, traced.updates(), traced.paths());
    CompiledFunction f =
        CompiledFunction.of(
            model.engine().unwrap(Device.class),
            graph,
            Compiler.Mode.TRAIN,
            Map.of(model.parameters(), gradients),
            new SharedMemory());
    Execution e = f.acquire();
    float[] losses = new float[2];
    for (int run = 0; run < 2; run++) {
      e.set(0, x);
      e.run();
      e.update();
      losses[run] = e.scalar(0);
    }
    return losses;
  }

  /**
   * The gradient of an embedding that is added to a convolution's result is also what the
   * convolution's own backward pass reads as its pictures, borders and all.
   */
  @Test
  void aGradientThatAConvolutionReadsIsNotReadFromAmongOtherGradients() {
    Layer position =
        x ->
            x.with(
                x.value()
                    .plus(
                        x.trace()
                            .parameter(
                                "embedding", Shape.of(1, 6, 6, 64), Initializer.normal(0.1))));
    Layer net =
        sequence(conv2d(64, 1), conv2d(64, 3).same(), position, tanh(), flatten(), dense(2));
    Model model = model(net, 6, 6, 64);
    Tensor x = random(2, 1, 6, 6, 64);
    float[] gradients = new float[model.parameters().values().length];
    trainingRuns(model, x, gradients);
    Parameters.Parameter w = model.parameters().get("0.weight");
    float[] values = model.parameters().values();
    int at = w.offset() + 17;
    float kept = values[at];
    float h = 1e-2f;
    float[] other = new float[gradients.length];
    values[at] = kept + h;
    double up = trainingRuns(model, x, other)[1];
    values[at] = kept - h;
    double down = trainingRuns(model, x, other)[1];
    double slope = (up - down) / (2 * h);
    assertThat((double) gradients[at]).isCloseTo(slope, within(0.02 * Math.abs(slope) + 1e-3));
  }

  @Test
  void twoLayersOfOneNameAreAnError() {
    assertThatThrownBy(() -> model(sequence(dense(4).named("fc"), relu(), dense(4).named("fc")), 4))
        .isInstanceOf(FoveaException.class)
        .hasMessage("layers dense and dense are both called fc; give each a name of its own");
    assertThatThrownBy(() -> model(sequence(dense(4).named("1"), dense(4)), 4))
        .hasMessageContaining("are both called 1;");
    Layer x = dense(4).named("dense");
    Layer y = dense(4);
    Model free = model(s -> y.apply(x.apply(s)), 4);
    assertThat(free.parameters().contains("block.dense.weight")).isTrue();
    assertThat(free.parameters().contains("block.dense_2.weight")).isTrue();
    assertThatThrownBy(() -> dense(4).named("a.b")).hasMessageContaining("'a.b'");
    assertThatThrownBy(() -> dense(4).named("")).isInstanceOf(FoveaException.class);
  }

  @Test
  void aLayerUnderTwoNamesStaysOneLayer() {
    Layer c = dense(4);
    Model m = model(sequence(c.named("a").named("b"), c), 4);
    assertThat(m.parameters().all()).extracting("name").containsExactly("b.weight", "b.bias");
  }

  @Test
  void aSharedBatchNormFollowsEveryUse() {
    Layer norm = batchNorm().momentum(0.5f);
    Layer twice = x -> norm.apply(norm.apply(x).times(3));
    Model m = model(twice, 1);
    float[] none = new float[m.parameters().values().length];
    Tensor x = Tensor.of(Shape.of(4, 1), 1, 3, 5, 7);
    Tensor before = m.parameters().tensor("block.batch_norm.running_var");
    assertThat(before.item()).isEqualTo(1);
    trainingRuns(m, x, none);
    // Variance 20/3 of the input, then (3·σ)²·4/3 = 12 of the second use; two runs of two uses
    // each.
    double v = 1;
    for (int run = 0; run < 2; run++) {
      v = 0.5 * v + 0.5 * 20 / 3;
      v = 0.5 * v + 0.5 * 12;
    }
    assertThat((double) m.parameters().tensor("block.batch_norm.running_var").item())
        .isCloseTo(v, within(1e-3));
  }

  @Test
  void batchNormIsTrainedUnlessBothParametersAreFrozen() {
    Model m = model(sequence(batchNorm()), 3);
    assertThat(m.trace(2, true).updates()).hasSize(2);
    assertThat(m.freeze("0.weight").trace(2, true).updates()).hasSize(2);
    assertThat(m.freeze("0.weight", "0.bias").trace(2, true).updates()).isEmpty();
    assertThat(m.freeze("0.running_mean").trace(2, true).updates().keySet())
        .extracting(Source.Parameter::name)
        .containsExactly("0.running_var");
  }

  @Test
  void predictionKnowsWhatTheOutputsAre() {
    Tensor x = random(3, 4);
    Model plain = model(sequence(dense(1)), 4);
    float logit = plain.run(x.reshape(Shape.of(1, 4))).item();
    float p = (float) (1 / (1 + Math.exp(-logit)));
    assertThat(plain.predict(x).probabilities())
        .containsExactly(new float[] {1 - p, p}, within(1e-6f));
    Model binary = model(sequence(dense(1), sigmoid()), 4);
    assertThat(binary.predict(x).probabilities()[1]).isCloseTo(p, within(1e-6f));
    Model labels = model(sequence(dense(3), sigmoid()), 4);
    assertThat(labels.predict(x).probabilities())
        .containsExactly(labels.run(x.reshape(Shape.of(1, 4))).data());
    Model shaped = model(sequence(dense(3), softmax(), reshape(3, 1)), 4);
    assertThat(shaped.predict(x).probabilities())
        .containsExactly(shaped.run(x.reshape(Shape.of(1, 4))).data());
  }

  @Test
  void loadingBringsTheMetadata(@TempDir Path dir) {
    Path file = dir.resolve("m.safetensors");
    model(sequence(dense(2)), 4).withMetadata(Map.of("labels", "no\nyes")).save(file);
    Model plain = model(sequence(dense(2)), 4);
    assertThat(plain.load(file).labels()).containsExactly("no", "yes");
    Model named = plain.withMetadata(Map.of("labels", "a\nb", "by", "me"));
    assertThat(named.load(file).metadata())
        .containsExactlyInAnyOrderEntriesOf(Map.of("labels", "no\nyes", "by", "me"));
    plain.save(file);
    assertThat(named.load(file).labels()).containsExactly("a", "b");
  }

  @Test
  void numbersThatAreNotFiniteAreNotLoaded(@TempDir Path dir) {
    Path file = dir.resolve("m.safetensors");
    Model damaged = model(sequence(dense(2)), 4);
    damaged.parameters().set("0.bias", Tensor.of(Shape.of(2), 1, Float.NaN));
    damaged.save(file);
    Model other = model(sequence(dense(2)), 4);
    float[] before = other.parameters().values().clone();
    assertThatThrownBy(() -> other.load(file))
        .isInstanceOf(FoveaException.class)
        .hasMessage(
            file + ": 0.bias holds a NaN at 1; the training diverged or the file is damaged");
    assertThat(other.parameters().values()).isEqualTo(before);
  }

  @Test
  void emptyThingsAreRefused() {
    assertThatThrownBy(() -> model(sequence(dense(3)), 0))
        .hasMessage("model: needs at least one input and extents of at least 1, got inputs [[0]]");
    Network nothing = in -> List.of();
    assertThatThrownBy(
            () -> Model.build(nothing, List.of(Shape.of(1)), Seed.of(1), Engine.shared()))
        .hasMessage("model: the network returns no output");
    assertThatThrownBy(() -> convTranspose2d(0, 3)).hasMessageContaining("got 0 filters");
    assertThatThrownBy(() -> convTranspose2d(2, 3).outputPadding(-1))
        .hasMessage("conv_transpose2d: output padding must be at least 0, got -1");
    assertThatThrownBy(() -> batchNorm().epsilon(-2))
        .hasMessage("batch_norm: epsilon must be positive, got -2.0");
    assertThatThrownBy(() -> batchNorm().momentum(Float.NaN))
        .hasMessage("batch_norm: momentum must be in [0, 1], got NaN");
    assertThatThrownBy(() -> localResponseNorm(0))
        .hasMessage("local_response_norm: size must be at least 1, got 0");
    assertThatThrownBy(() -> localResponseNorm(5).alpha(Float.NaN))
        .hasMessage("local_response_norm: alpha must be finite and at least 0, got NaN");
    assertThatThrownBy(() -> localResponseNorm(5).beta(-1))
        .hasMessage("local_response_norm: beta must be finite and at least 0, got -1.0");
    assertThatThrownBy(() -> localResponseNorm(5).k(0))
        .hasMessage("local_response_norm: k must be positive, got 0.0");
    assertThatThrownBy(() -> conv2d(1, 3).padding(1 << 30))
        .hasMessage("padding must be at most 268435456, got 1073741824");
  }

  @Test
  void aTransposedConvolutionOfGroupsAndOddSides() {
    Model m = model(sequence(convTranspose2d(4, 2, 3).stride(2, 1).groups(2)), 3, 5, 6);
    assertThat(m.outputs()).containsExactly(Shape.of(6, 7, 4));
    assertThat(m.parameters().get("0.weight").shape()).isEqualTo(Shape.of(2, 3, 2, 6));
    assertThatThrownBy(() -> model(sequence(convTranspose2d(4, 3).groups(2)), 3, 3, 5))
        .hasMessageContaining("5 channels do not divide into 2 groups");
    assertThat(model(sequence(zeroPad(1, 2, 3, 4)), 5, 5, 1).outputs())
        .containsExactly(Shape.of(8, 12, 1));
  }

  @Test
  void theSummaryCountsEveryUseAndSeesThroughGates() {
    Layer c = conv2d(4, 3).same();
    Summary twice = model(sequence(conv2d(4, 1), c, c), 8, 8, 1).summary();
    assertThat(twice.rows()).extracting("flops").containsExactly(768L, 18_688L, 18_688L);
    assertThat(twice.flops()).isEqualTo(768 + 2 * 18_688);
    Layer gate = sequence(globalAvgPool(), dense(4), sigmoid(), reshape(1, 1, 4));
    Layer before = conv2d(4, 3);
    Layer excite =
        x -> {
          Signal y = before.apply(x);
          return y.times(gate.apply(y));
        };
    Summary.Row last = model(excite, 8, 8, 1).summary().rows().getLast();
    assertThat(last.field()).isEmpty();
  }
}
