package dev.fovea.compile.testing;

import dev.fovea.autodiff.Autodiff;
import dev.fovea.compile.Compiler;
import dev.fovea.graph.Graph;
import dev.fovea.graph.Paths;
import dev.fovea.op.Activation;
import dev.fovea.op.UnaryFunction;
import dev.fovea.op.Value;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A random graph with its leaves and where its parameters lie.
 *
 * @param name what it was made from, to make it again
 * @param graph the graph, with gradients and updates if it is one of training
 * @param mode how to compile it
 * @param parameters the parameters by name
 * @param inputs the inputs by name, whether the graph reads them or not
 * @param offsets where each parameter begins in the array of parameters
 * @param size the length of that array, which ends with the last parameter
 */
record FuzzCase(
    String name,
    Graph graph,
    Compiler.Mode mode,
    Map<String, Value> parameters,
    Map<String, Value> inputs,
    Map<String, Integer> offsets,
    int size) {

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
    Map<String, Value> outputs = new LinkedHashMap<>();
    for (int i = 1 + draw.below(3); i > 0; i--) {
      outputs.put("y" + i, values.any());
    }
    boolean training = draw.once(2);
    Paths paths = new Paths();
    if (training) {
      train(draw, values, outputs, paths);
    }
    return of("graph " + seed, new Graph(outputs, paths), training, values);
  }

  /** Returns a single op of the family of convolutions, perhaps with an epilogue. */
  static FuzzCase convolution(long seed) {
    Draw draw = new Draw(Seed.of(seed).split("convolution").rng());
    FuzzValues values = new FuzzValues(draw);
    Value y = new FuzzOps(draw, values).convolutionOfLeaves();
    return of("convolution " + seed, new Graph(Map.of("y", y), new Paths()), draw.once(2), values);
  }

  /** Adds gradients of a loss, or anything of a parameter's shape in their place, and updates. */
  private static void train(Draw draw, FuzzValues values, Map<String, Value> outputs, Paths paths) {
    Map<String, Value> parameters = values.parameters();
    if (draw.once(3)) {
      parameters.forEach(
          (name, p) -> outputs.put(Compiler.GRADIENT + name, other(draw, values, p)));
    } else {
      Value squares = values.any().activate(Activation.TANH).map(UnaryFunction.SQUARE);
      Value loss = squares.sum().reshape(Shape.scalar());
      List<Value> wrt = new ArrayList<>(parameters.values());
      List<Value> gradients = Autodiff.gradients(loss, wrt, paths);
      int i = 0;
      for (String name : parameters.keySet()) {
        outputs.put(Compiler.GRADIENT + name, gradients.get(i++));
      }
      outputs.put("loss", loss);
      if (draw.once(3) && !gradients.isEmpty()) {
        outputs.put("a gradient", draw.of(gradients));
      }
    }
    parameters.forEach((name, p) -> {
      if (draw.once(4)) {
        outputs.put(Compiler.UPDATE + name, other(draw, values, p));
      }
    });
  }

  private static Value other(Draw draw, FuzzValues values, Value like) {
    return draw.of(values.of(like.shape()));
  }

  private static FuzzCase of(String name, Graph graph, boolean training, FuzzValues values) {
    Map<String, Integer> offsets = new LinkedHashMap<>();
    int size = 12;
    int end = size;
    for (Map.Entry<String, Value> p : values.parameters().entrySet()) {
      offsets.put(p.getKey(), size);
      end = size + p.getValue().shape().elements();
      size = (end + 15) / 16 * 16;
    }
    Compiler.Mode mode = training ? Compiler.Mode.TRAIN : Compiler.Mode.INFER;
    return new FuzzCase(
        name, graph, mode, values.parameters(), values.inputs(), Map.copyOf(offsets), end);
  }

  int offset(String parameter) {
    return offsets.getOrDefault(parameter, -1);
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
    parameters.forEach((parameter, v) -> {
      int from = offset(parameter);
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
