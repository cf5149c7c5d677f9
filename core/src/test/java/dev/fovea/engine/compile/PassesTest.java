package dev.fovea.engine.compile;

import static dev.fovea.nn.Layers.batchNorm;
import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.globalAvgPool;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.relu6;
import static dev.fovea.nn.Layers.sequence;
import static dev.fovea.nn.Layers.sigmoid;
import static dev.fovea.nn.Layers.silu;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.engine.Engine;
import dev.fovea.engine.autodiff.Autodiff;
import dev.fovea.engine.compile.MemoryPlanner.Block;
import dev.fovea.engine.compile.testing.TestStore;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.runtime.CompiledFunction;
import dev.fovea.engine.runtime.Device;
import dev.fovea.engine.runtime.Execution;
import dev.fovea.engine.runtime.SharedMemory;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Model;
import dev.fovea.nn.Parameters;
import dev.fovea.nn.Signal;
import dev.fovea.nn.Traced;
import dev.fovea.op.Activation;
import dev.fovea.op.Contraction;
import dev.fovea.op.Elementwise;
import dev.fovea.op.Interpolation;
import dev.fovea.op.Normalization;
import dev.fovea.op.Op;
import dev.fovea.op.ParameterStore;
import dev.fovea.op.Paths;
import dev.fovea.op.Sampling;
import dev.fovea.op.Source;
import dev.fovea.op.Taps;
import dev.fovea.op.Value;
import dev.fovea.tensor.ElementType;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class PassesTest {
  private static final Engine ENGINE = Engine.ofThreads(1);
  private static final Shape S = Shape.of(3, 4);
  private static final Value X = Source.Input.sample(0, S);
  private static final Value Y = Source.Input.sample(1, S);

  private static Graph graph(Value... results) {
    return Graph.of(List.of(X, Y), List.of(results));
  }

  private static Value simplified(Value v) {
    return new Simplify().apply(graph(v)).results().get(0);
  }

  private static long count(Graph g, Class<? extends Op> kind) {
    return g.values().stream().filter(v -> kind.isInstance(v.op())).count();
  }

  @Test
  void neutralNumbersVanish() {
    assertThat(simplified(X.times(1))).isSameAs(X);
    assertThat(simplified(X.plus(Value.constant(0)))).isSameAs(X);
    assertThat(simplified(X.minus(Value.constant(0)))).isSameAs(X);
    assertThat(simplified(X.over(Value.constant(1)))).isSameAs(X);
    // A neutral number that widens the shape is no neutral one.
    Value row = Source.Input.sample(2, Shape.of(4));
    Value wide = row.plus(Value.constant(Tensor.zeros(S)));
    assertThat(simplified(wide).shape()).isEqualTo(S);
  }

  @Test
  void factorsMerge() {
    Value v = simplified(X.times(2).times(3));
    assertThat(v.input(0)).isSameAs(X);
    assertThat(((Source.Constant) v.input(1).op()).tensor().item()).isEqualTo(6);
  }

  @Test
  void reshapesOfReshapesMerge() {
    assertThat(simplified(X.reshape(Shape.of(12)).reshape(S))).isSameAs(X);
    Value v = simplified(X.reshape(Shape.of(12)).reshape(Shape.of(2, 6)));
    assertThat(v.input(0)).isSameAs(X);
  }

  @Test
  void resizingToTheSameSizeVanishes() {
    int extent = S.dim(0);
    for (Interpolation kind : Interpolation.values()) {
      boolean corners = kind == Interpolation.LINEAR;
      Taps same = kind.taps(extent, extent, corners);
      if (same.isIdentity()) {
        assertThat(simplified(Value.of(new Sampling.Resample(0, same), X))).isSameAs(X);
      }
      Taps more = kind.taps(extent, extent + 1, corners);
      assertThat(simplified(Value.of(new Sampling.Resample(0, more), X))).isNotSameAs(X);
    }
    assertThat(Interpolation.NEAREST.taps(extent, extent, false).isIdentity()).isTrue();
    assertThat(Interpolation.NEAREST.taps(extent, 2 * extent, false).isIdentity()).isFalse();
    Taps turned = Taps.of(2, List.of(List.of(new Taps.Tap(1, 1)), List.of(new Taps.Tap(0, 1))));
    assertThat(turned.isIdentity()).isFalse();
  }

  @Test
  void repetitionThatTheConsumerDoesAnywayVanishes() {
    Value row = Source.Input.sample(2, Shape.of(4));
    Value v = simplified(X.plus(row.broadcastTo(S)));
    assertThat(v.input(1)).isSameAs(row);
    Value both = simplified(row.broadcastTo(S).plus(row.broadcastTo(S)));
    assertThat(both.shape()).isEqualTo(S);
  }

  @Test
  void equalComputationsAreDoneOnce() {
    Value a = X.plus(Y).activate(Activation.TANH);
    Value b = X.plus(Y).activate(Activation.TANH);
    Graph g = new Simplify().apply(graph(a.times(b)));
    assertThat(count(g, Elementwise.Activate.class)).isEqualTo(1);
    assertThat(g.results().get(0).input(0)).isSameAs(g.results().get(0).input(1));
    Graph masks = new Simplify().apply(graph(mask(0).times(mask(1)), mask(1)));
    assertThat(count(masks, Source.RandomMask.class)).isEqualTo(2);
  }

  private static final Value KEY = Source.Input.randomKey();

  private static Value mask(long stream) {
    return Value.of(new Source.RandomMask(S, 0.5f, stream), KEY);
  }

  @Test
  void deadValuesDoNotExist() {
    Value dead = X.times(Y);
    Graph g = graph(X.plus(Y));
    assertThat(dead.shape()).isEqualTo(S);
    assertThat(g.values()).hasSize(3);
  }

  private static Model model(Layer layer) {
    return Model.build(layer, Shape.of(6, 6, 3), Seed.of(2), ENGINE);
  }

  private static Graph traced(Model m) {
    Traced t = m.trace(2, false);
    return Graph.of(t.inputs(), t.outputs(), t.paths());
  }

  @Test
  void biasNormAndActivationMoveIntoTheConvolution() {
    Model m = model(sequence(conv2d(4, 3), batchNorm(), relu(), conv2d(5, 3), relu()));
    Graph g = ENGINE.unwrap(Device.class).compiler().optimize(traced(m), Compiler.Mode.INFER);
    assertThat(count(g, Contraction.Conv2d.class)).isEqualTo(2);
    assertThat(count(g, Normalization.class)).isZero();
    assertThat(count(g, Elementwise.Activate.class)).isZero();
    for (Value v : g.values()) {
      if (v.op() instanceof Contraction.Conv2d c) {
        assertThat(c.epilogue().bias()).isTrue();
        assertThat(c.epilogue().activation()).isEqualTo(Activation.RELU);
      }
    }
  }

  @Test
  void residualMovesIntoTheConvolution() {
    Layer inner = conv2d(3, 3).same();
    Layer block = x -> relu().apply(x.plus(inner.apply(x)));
    Graph g =
        ENGINE.unwrap(Device.class).compiler().optimize(traced(model(block)), Compiler.Mode.INFER);
    assertThat(count(g, Elementwise.class)).isZero();
  }

  @Test
  void limitsOfRectifiersMoveIntoConvolutions() {
    Layer limited = sequence(conv2d(3, 3).same(), relu6());
    Graph g =
        ENGINE
            .unwrap(Device.class)
            .compiler()
            .optimize(traced(model(limited)), Compiler.Mode.INFER);
    assertThat(count(g, Elementwise.class)).isZero();
    assertThat(g.values())
        .filteredOn(v -> v.op() instanceof Contraction.Conv2d)
        .extracting(v -> ((Contraction.Conv2d) v.op()).epilogue().activation())
        .containsExactly(Activation.clippedRelu(6));
  }

  private static Graph inferred(Layer layer) {
    return ENGINE
        .unwrap(Device.class)
        .compiler()
        .optimize(traced(model(layer)), Compiler.Mode.INFER);
  }

  private static boolean hasSilu(Graph g) {
    return g.values().stream()
        .anyMatch(v ->
            switch (v.op()) {
              case Contraction.Conv2d c -> c.epilogue().silu();
              case Contraction.MatMul m -> m.epilogue().silu();
              case Normalization.BatchNorm n -> n.epilogue().silu();
              default -> false;
            });
  }

  @Test
  void siluMovesIntoWhatComesBefore() {
    Layer turned = x -> sigmoid().apply(x).times(x);
    List<Layer> layers =
        List.of(
            sequence(conv2d(3, 3).same(), silu()),
            sequence(conv2d(3, 3).same(), turned),
            sequence(flatten(), dense(7), silu()),
            sequence(relu(), batchNorm(), silu()),
            sequence(globalAvgPool(), dense(5), turned));
    for (Layer layer : layers) {
      assertThat(hasSilu(inferred(layer))).isTrue();
    }
  }

  @Test
  void siluComesToTheSameNumbers() {
    Model m = model(sequence(conv2d(19, 3).same(), silu(), conv2d(37, 1), silu()));
    float[] input = new float[2 * 6 * 6 * 3];
    for (int i = 0; i < input.length; i++) {
      input[i] = (i * 37 % 101 - 50) / 10f;
    }
    assertThat(run(m, Compiler.Mode.INFER, input))
        .containsExactly(run(m, Compiler.Mode.TRAIN, input), within(1e-5f));
  }

  @Test
  void siluStaysWhereItsPartsAreReadElsewhere() {
    Layer conv = conv2d(3, 3).same();
    List<Layer> layers =
        List.of(
            x -> {
              Signal sum = conv.apply(x);
              return sum.times(sigmoid().apply(sum)).plus(sum);
            },
            x -> {
              Signal sum = conv.apply(x);
              Signal gate = sigmoid().apply(sum);
              return sum.times(gate).plus(gate);
            },
            x -> {
              Signal sum = conv.apply(x);
              return sum.times(sigmoid().apply(x)).plus(sum);
            },
            x -> {
              Signal gate = sigmoid().apply(conv.apply(x));
              return gate.times(gate);
            });
    for (Layer layer : layers) {
      assertThat(hasSilu(inferred(layer))).isFalse();
    }
  }

  private static Graph normalised(boolean residual) {
    Value c = Value.of(new Source.Parameter(ParameterStore.NONE, "c", Shape.of(4)));
    Value moments = Value.of(new Normalization.BatchMoments(), X);
    Value norm = Value.of(new Normalization.BatchNorm(0.1f), X, moments, c, c);
    Value y = (residual ? norm.plus(Y) : norm).activate(Activation.RELU);
    Value loss = y.times(Y).sum();
    List<Value> wrt = residual ? List.of(X, c, Y) : List.of(X, c);
    List<Value> outputs = new ArrayList<>(Autodiff.gradients(loss, wrt, new Paths()));
    outputs.add(loss);
    return graph(outputs.toArray(Value[]::new));
  }

  @Test
  void reluBehindANormMovesIntoItsForwardAndBackwardPass() {
    Graph g = new FuseRectifier().apply(new FuseEpilogue().apply(normalised(false)));
    assertThat(count(g, Elementwise.Activate.class)).isZero();
    assertThat(count(g, Elementwise.ActivateGradient.class)).isZero();
    assertThat(g.values())
        .anyMatch(v -> v.op() instanceof Normalization.BatchNormSums s && s.rectified());
    assertThat(g.values())
        .anyMatch(v -> v.op() instanceof Normalization.BatchNormInputGradient d && d.rectified());
  }

  @Test
  void reluBehindASumKeepsItsGradientThatTheOtherBranchReads() {
    Graph g = new FuseRectifier().apply(new FuseEpilogue().apply(normalised(true)));
    assertThat(count(g, Elementwise.Activate.class)).isZero();
    assertThat(count(g, Elementwise.ActivateGradient.class)).isEqualTo(1);
    assertThat(g.values())
        .anyMatch(v -> v.op() instanceof Normalization.BatchNorm n && n.epilogue().residual());
    assertThat(g.values())
        .noneMatch(v -> v.op() instanceof Normalization.BatchNormSums s && s.rectified());
  }

  @Test
  void whatIsReadTwiceIsNotFusedAway() {
    Layer inner = conv2d(3, 3).same();
    Layer block =
        x -> {
          var y = inner.apply(x);
          return relu().apply(y).plus(y);
        };
    assertSameBothWays(model(block));
  }

  @Test
  void foldedNormComputesWhatItDidUnfolded() {
    assertSameBothWays(model(sequence(conv2d(4, 3), batchNorm(), relu())));
    assertSameBothWays(model(sequence(conv2d(4, 3).noBias(), batchNorm())));
    assertSameBothWays(model(sequence(batchNorm(), conv2d(4, 3), relu(), batchNorm())));
    assertSameBothWays(model(sequence(conv2d(6, 3).groups(3).noBias(), batchNorm())));
    assertSameBothWays(model(sequence(flatten(), dense(7), batchNorm(), relu(), dense(2))));
    Conv2dTwice twice = new Conv2dTwice();
    assertSameBothWays(model(twice.layer()));
  }

  /** A convolution whose result goes through two norms. */
  private record Conv2dTwice() {
    Layer layer() {
      Layer conv = conv2d(4, 3);
      Layer a = batchNorm();
      Layer b = batchNorm();
      return x -> {
        var y = conv.apply(x);
        return a.apply(y).plus(b.apply(y));
      };
    }
  }

  /** Inference with folding against the same graph with parameters that could change. */
  private static void assertSameBothWays(Model m) {
    Rng rng = Seed.of(11).rng();
    for (Parameters.Parameter p : m.parameters().all()) {
      for (int i = 0; i < p.shape().elements(); i++) {
        float x = rng.nextFloat(-1, 1);
        m.parameters().values()[p.offset() + i] =
            p.name().endsWith("running_var") ? 0.3f + Math.abs(x) : x;
      }
    }
    float[] input = new float[2 * 6 * 6 * 3];
    for (int i = 0; i < input.length; i++) {
      input[i] = rng.nextFloat(-1, 1);
    }
    float[] folded = run(m, Compiler.Mode.INFER, input);
    float[] plain = run(m, Compiler.Mode.TRAIN, input);
    for (int i = 0; i < plain.length; i++) {
      assertThat(folded[i]).isCloseTo(plain[i], within(1e-5f * (1 + Math.abs(plain[i]))));
    }
  }

  private static float[] run(Model m, Compiler.Mode mode, float[] input) {
    CompiledFunction f = CompiledFunction.of(ENGINE.unwrap(Device.class), traced(m), mode);
    return f.call(Tensor.of(f.inputs().get(0), input)).get(0).data();
  }

  @Test
  void blocksThatAreNeededTogetherNeverOverlap() {
    Rng rng = Seed.of(8).rng();
    for (int round = 0; round < 200; round++) {
      List<Block> blocks = new ArrayList<>();
      long sum = 0;
      for (int i = 0; i < 40; i++) {
        int first = rng.nextInt(30);
        ElementType type = i % 3 == 0 ? ElementType.UINT8 : ElementType.FLOAT32;
        Block b = new Block(Place.Storage.Arena.ARENA, type, 1 + rng.nextInt(500), 0, first);
        b.last = first + rng.nextInt(6);
        blocks.add(b);
        sum += b.size + 64;
      }
      int zeros = rng.nextInt(40);
      Program.Size total = MemoryPlanner.place(blocks, zeros);
      assertThat((long) total.floats() + total.bytes()).isLessThan(sum);
      for (Block a : blocks) {
        assertThat(a.offset).isGreaterThanOrEqualTo(zeros);
        assertThat(a.offset + a.size)
            .isLessThanOrEqualTo(a.type == ElementType.UINT8 ? total.bytes() : total.floats());
        for (Block b : blocks) {
          boolean together = a.first <= b.last && b.first <= a.last;
          boolean apart = a.offset + a.size <= b.offset || b.offset + b.size <= a.offset;
          assertThat(a == b || a.type != b.type || !together || apart).isTrue();
        }
      }
    }
  }

  @Test
  void gradientThatNeverChangesIsCopiedAtEachRun() {
    TestStore store = new TestStore();
    Value w = store.add("w", Shape.of(3));
    Value ones = Value.constant(2).broadcastTo(Shape.of(3));
    Map<Source.Parameter, Value> gradient = Map.of((Source.Parameter) w.op(), ones);
    Graph g = new Graph(List.of(), List.of(w.plus(ones)), gradient, Map.of(), new Paths());
    float[] gradients = new float[16];
    CompiledFunction f =
        CompiledFunction.of(
            ENGINE.unwrap(Device.class),
            g,
            Compiler.Mode.TRAIN,
            Map.of(store, gradients),
            new SharedMemory());
    Execution e = f.acquire();
    Arrays.fill(gradients, 99);
    e.run();
    assertThat(gradients[12]).isEqualTo(2);
    assertThat(gradients[14]).isEqualTo(2);
  }

  @Test
  void parametersTakeTheirNextValuesWhenTheyAreToldTo() {
    TestStore store = new TestStore();
    Value a = store.add("a", Shape.of(1));
    Value b = store.add("b", Shape.of(1));
    store.values()[store.offset("a")] = 3;
    store.values()[store.offset("b")] = 5;
    Map<Source.Parameter, Value> swapped =
        Map.of((Source.Parameter) a.op(), b, (Source.Parameter) b.op(), a);
    Graph g = new Graph(List.of(), List.of(a), Map.of(), swapped, new Paths());
    Execution e =
        CompiledFunction.of(ENGINE.unwrap(Device.class), g, Compiler.Mode.TRAIN).acquire();
    e.run();
    assertThat(store.values()[store.offset("a")]).isEqualTo(3);
    e.update();
    assertThat(store.values()[store.offset("a")]).isEqualTo(5);
    assertThat(store.values()[store.offset("b")]).isEqualTo(3);
    assertThat(e.scalar(0)).isEqualTo(3);
  }

  /** The run itself reads floats; the program holds no constant of them. */
  @Test
  void bytesBecomeFloatsBeforeTheRun() {
    Value bytes = Value.of(new Source.Bytes(Shape.of(4, 2), new byte[8], ElementType.INT8));
    Value floats = bytes.to(ElementType.FLOAT32);
    Graph g = graph(X.matmul(floats.minus(Value.constant(3))));
    Program p = ENGINE.unwrap(Device.class).compiler().compile(g, Compiler.Mode.INFER);
    assertThat(p.prologue().stream().map(s -> s.value().op())).contains(floats.op());
    assertThat(p.steps()).allMatch(s -> s.value().op() instanceof Contraction);
    assertThat(p.fixed())
        .allMatch(v -> !(v.op() instanceof Source.Constant) || v.shape().rank() == 0);
  }

  @Test
  void foldingAloneLeavesTheOtherOpsAsTheyAre() {
    Value x = Source.Input.sample(0, Shape.of(2, 3));
    Value w = Value.of(new Source.Parameter(ParameterStore.NONE, "w", Shape.of(3, 4)));
    Value moments = Value.of(new Source.Parameter(ParameterStore.NONE, "m", Shape.of(2, 4)));
    Value row = Value.of(new Source.Parameter(ParameterStore.NONE, "r", Shape.of(4)));
    Value norm = Value.of(new Normalization.BatchNorm(0.1f), x.matmul(w), moments, row, row);
    Graph folded =
        ENGINE.unwrap(Device.class).compiler().folded(graph(norm.activate(Activation.RELU)));
    assertThat(count(folded, Normalization.BatchNorm.class)).isZero();
    assertThat(folded.results().get(0).op()).isEqualTo(new Elementwise.Activate(Activation.RELU));
    assertThat(folded.results().get(0).input(0).input(0).op())
        .isEqualTo(new Contraction.MatMul(false, false));
  }
}
