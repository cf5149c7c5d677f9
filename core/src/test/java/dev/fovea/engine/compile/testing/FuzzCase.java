package dev.fovea.engine.compile.testing;

import dev.fovea.engine.autodiff.Autodiff;
import dev.fovea.engine.compile.Compiler;
import dev.fovea.engine.graph.Graph;
import dev.fovea.op.Activation;
import dev.fovea.op.Paths;
import dev.fovea.op.Source;
import dev.fovea.op.UnaryFunction;
import dev.fovea.op.Value;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * A random graph with its leaves.
 *
 * @param name what it was made from, to make it again
 * @param graph the graph, with gradients and updates if it is one of training
 * @param mode how to compile it
 * @param store the parameters
 * @param inputs the inputs by name, whether the graph reads them or not
 */
record FuzzCase(
    String name, Graph graph, Compiler.Mode mode, TestStore store, Map<String, Value> inputs) {

  private static final int OPS = 24;

  /** Returns a graph of up to 24 ops or chains of ops. */
  static FuzzCase graph(long seed) {
    Draw draw = new Draw(Seed.of(seed).split("graph").rng());
    FuzzValues values = new FuzzValues(draw);
    FuzzOps ops = new FuzzOps(draw, values);
    values.leaf(values.shape());
    int n = 1 + draw.below(OPS);
    for (int i = 0; i < n; i++) {
      ops.grow();
    }
    if (seed % 2 == 1) {
      ops.growByRareOp();
    }
    List<Value> results = new ArrayList<>();
    for (int i = 1 + draw.below(3); i > 0; i--) {
      results.add(values.any());
    }
    boolean training = draw.once(2);
    Paths paths = new Paths();
    Map<Source.Parameter, Value> gradients = new LinkedHashMap<>();
    Map<Source.Parameter, Value> updates = new LinkedHashMap<>();
    if (training) {
      gradients(draw, values, results, gradients, paths);
      parameters(
          values,
          (p, v) -> {
            if (draw.once(4)) {
              updates.put(p, other(draw, values, v));
            }
          });
    }
    List<Value> inputs = List.copyOf(values.inputs().values());
    Graph graph = new Graph(inputs, results, gradients, updates, paths);
    return of("graph " + seed, graph, training, values);
  }

  /** Returns a single op of the family of convolutions, perhaps with an epilogue. */
  static FuzzCase convolution(long seed) {
    Draw draw = new Draw(Seed.of(seed).split("convolution").rng());
    FuzzValues values = new FuzzValues(draw);
    Value y = new FuzzOps(draw, values).convolutionOfLeaves();
    Graph graph = Graph.of(List.copyOf(values.inputs().values()), List.of(y));
    return of("convolution " + seed, graph, draw.once(2), values);
  }

  /** Finds gradients of a loss, or anything of a parameter's shape in their place. */
  private static void gradients(
      Draw draw,
      FuzzValues values,
      List<Value> results,
      Map<Source.Parameter, Value> gradients,
      Paths paths) {
    if (draw.once(3)) {
      parameters(values, (p, v) -> gradients.put(p, other(draw, values, v)));
      return;
    }
    Value squares = values.any().activate(Activation.TANH).map(UnaryFunction.SQUARE);
    Value loss = squares.sum().reshape(Shape.scalar());
    List<Value> wrt = new ArrayList<>(values.store().parameters().values());
    List<Value> found = Autodiff.gradients(loss, wrt, paths);
    parameters(values, (p, _) -> gradients.put(p, found.get(gradients.size())));
    results.add(loss);
    if (draw.once(3) && !found.isEmpty()) {
      results.add(draw.of(found));
    }
  }

  private static void parameters(FuzzValues values, BiConsumer<Source.Parameter, Value> use) {
    values.store().parameters().values().forEach(v -> use.accept((Source.Parameter) v.op(), v));
  }

  private static Value other(Draw draw, FuzzValues values, Value like) {
    return draw.of(values.of(like.shape()));
  }

  private static FuzzCase of(String name, Graph graph, boolean training, FuzzValues values) {
    Compiler.Mode mode = training ? Compiler.Mode.TRAIN : Compiler.Mode.INFER;
    return new FuzzCase(name, graph, mode, values.store(), values.inputs());
  }

  /** Returns the values of all inputs in one round. */
  Map<String, float[]> inputs(int round) {
    Map<String, float[]> filled = new LinkedHashMap<>();
    Seed seed = Seed.of(round).split(name);
    inputs.forEach((input, v) -> {
      Draw draw = new Draw(seed.split(input).rng());
      float[] x = new float[v.shape().elements()];
      for (int i = 0; i < x.length; i++) {
        x[i] = FuzzValues.fill(input, draw);
      }
      filled.put(input, x);
    });
    return filled;
  }

  /** Puts new values into all parameters. */
  void fill(float[] array, int round) {
    Rng rng = Seed.of(round).split(name).split("parameters").rng();
    store
        .parameters()
        .forEach((parameter, v) -> {
          int from = store.offset(parameter);
          for (int i = from; i < from + v.shape().elements(); i++) {
            array[i] = new Draw(rng).normal();
          }
        });
  }

  /** Returns the name, the mode and all values of the graph. */
  @Override
  public String toString() {
    return name + ", " + mode + "\n" + graph;
  }
}
