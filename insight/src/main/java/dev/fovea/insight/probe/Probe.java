package dev.fovea.insight.probe;

import dev.fovea.engine.autodiff.Autodiff;
import dev.fovea.engine.compile.Compiler;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.runtime.CompiledFunction;
import dev.fovea.engine.runtime.Device;
import dev.fovea.io.Suggest;
import dev.fovea.nn.Model;
import dev.fovea.nn.Traced;
import dev.fovea.op.GradientRule;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ObjIntConsumer;

/**
 * A function that reads a network of one input in inference: a score for each sample, on wish its
 * gradient with respect to the input, and the values of layers with the score's gradients.
 *
 * <p>It is a graph compiled as the model itself is; nothing is hooked into the model, nothing in it
 * changes. Any number of threads may call it. It shares the model's parameters, and must not be
 * called while these are being changed: {@link Model#observe} watches a training.
 */
public final class Probe {
  /** What the values of one program may take, about; the number of samples at once follows. */
  private static final long BYTES = 256L << 20;

  private static final int MOST_AT_ONCE = 64;

  private final Model model;
  private final Target target;
  private final List<String> layers;
  private final boolean gradient;
  private final GradientRule rule;
  private final int atOnce;
  private final Map<Integer, CompiledFunction> functions = new LinkedHashMap<>();

  private Probe(
      Model model, Target target, List<String> layers, boolean gradient, GradientRule rule) {
    if (model.inputs().size() != 1) {
      throw new FoveaException(
          "probe: a network of one input expected, got " + model.inputs().size());
    }
    this.model = model;
    this.target = target;
    this.layers = layers.stream().distinct().toList();
    this.gradient = gradient;
    this.rule = rule;
    long bytes = graph(1).values().stream().mapToLong(v -> 4L * v.shape().elements()).sum();
    this.atOnce = model.fixesBatch() ? 1 : Math.clamp(BYTES / bytes, 1, MOST_AT_ONCE);
  }

  /** Returns a probe of scores alone. */
  public static Probe ofScores(Model model, Target target) {
    return new Probe(model, target, List.of(), false, GradientRule.EXACT);
  }

  /** Returns a probe of scores and their gradients with respect to the input. */
  public static Probe ofGradients(Model model, Target target, GradientRule rule) {
    return new Probe(model, target, List.of(), true, rule);
  }

  /**
   * Returns a probe of scores, the values of layers and the gradients of the score with respect to
   * these.
   *
   * @param paths the layers; see {@link Layers}
   * @throws FoveaException if there is no such layer
   */
  public static Probe ofLayers(Model model, Target target, List<String> paths) {
    return new Probe(model, target, paths, false, GradientRule.EXACT);
  }

  /** Returns how many samples are computed at once: so many that memory stays moderate. */
  public int atOnce() {
    return atOnce;
  }

  private Graph graph(int batch) {
    Traced traced = model.trace(batch, false);
    Value scores = target.of(traced);
    List<Value> values = new ArrayList<>();
    Map<String, Value> all = traced.layers();
    for (String path : layers) {
      Value v = all.get(path);
      if (v == null) {
        throw new FoveaException("probe: no layer " + path + Suggest.hint(path, all.keySet()));
      }
      values.add(v);
    }
    List<Value> wrt = new ArrayList<>(values);
    if (gradient) {
      wrt.add(traced.inputs().getFirst());
    }
    List<Value> results = new ArrayList<>(List.of(scores));
    results.addAll(values);
    results.addAll(Autodiff.gradients(scores.sum(), wrt, traced.paths(), rule));
    return Graph.of(traced.inputs(), results, traced.paths());
  }

  private synchronized CompiledFunction function(int batch) {
    return functions.computeIfAbsent(
        batch,
        n ->
            CompiledFunction.of(
                model.engine().unwrap(Device.class), graph(n), Compiler.Mode.INFER));
  }

  /**
   * Returns what is read for one sample.
   *
   * @param sample the input, with or without a batch axis of 1
   * @throws FoveaException if it is not of the input's shape
   */
  public Reading read(Tensor sample) {
    Shape input = model.inputs().getFirst();
    if (!sample.shape().equals(input) && !sample.shape().equals(input.prepend(1))) {
      throw new FoveaException("probe: takes one sample of " + input + ", got " + sample.shape());
    }
    return readings(1, function(1).call(sample.reshape(input.prepend(1)))).getFirst();
  }

  /** Makes one sample of many. */
  @FunctionalInterface
  public interface Samples {
    /** Writes sample {@code number} into an array from an offset on. */
    void write(int number, float[] into, int offset);
  }

  /**
   * Reads many samples, some at a time, and hands over what is read in order.
   *
   * @param count how many there are
   * @param samples makes them when they are needed
   * @param then takes what is read and the number of the sample
   */
  public void read(int count, Samples samples, ObjIntConsumer<Reading> then) {
    Shape input = model.inputs().getFirst();
    for (int first = 0; first < count; first += atOnce) {
      int n = Math.min(atOnce, count - first);
      Tensor batch = Tensor.zeros(input.prepend(n));
      for (int i = 0; i < n; i++) {
        samples.write(first + i, batch.data(), i * input.elements());
      }
      List<Reading> read = readings(n, function(n).call(batch));
      for (int i = 0; i < n; i++) {
        then.accept(read.get(i), first + i);
      }
    }
  }

  /** Returns results as readings: score, values, their gradients, the input's gradient. */
  private List<Reading> readings(int n, List<Tensor> results) {
    List<Reading> readings = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      Map<String, Tensor> values = new LinkedHashMap<>();
      Map<String, Tensor> gradients = new LinkedHashMap<>();
      for (int l = 0; l < layers.size(); l++) {
        values.put(layers.get(l), results.get(1 + l).sample(i));
        gradients.put(layers.get(l), results.get(1 + layers.size() + l).sample(i));
      }
      Tensor own = gradient ? results.getLast().sample(i) : Tensor.zeros(Shape.of(0));
      readings.add(new Reading(results.get(0).data()[i], own, values, gradients));
    }
    return readings;
  }
}
