package dev.fovea.formats.onnx;

import dev.fovea.compile.Compiler;
import dev.fovea.formats.ImportedNetwork;
import dev.fovea.graph.Graph;
import dev.fovea.graph.Paths;
import dev.fovea.nn.Model;
import dev.fovea.nn.Traced;
import dev.fovea.op.Value;
import dev.fovea.runtime.Execution;
import dev.fovea.runtime.Plan;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Post-training quantization: makes a network of 8-bit whole numbers out of a trained one, by
 * samples that show which numbers pass between its layers.
 *
 * <p>Batch norms are folded into the weights first. Weights w of convolutions and dense layers
 * become w = s · q with one scale s per output channel and q in −127 … 127; what passes between
 * such layers becomes x = s · (q − zero) with q in 0 … 255, one scale for the least and the
 * greatest number seen; biases are whole numbers of steps s(x) · s(w). Sums and other operators,
 * and the result of the last layer, compute with real numbers between them. See Jacob et al., 2018,
 * <i>Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only
 * Inference</i>.
 *
 * <p>One thread at a time.
 */
public final class Quantizer {
  private static final String RANGE = "range";
  private static final String WEIGHTS = "weights";
  private static final String BIAS = "bias";

  private final Model model;
  private final QuantizableGraph graph;
  private final Map<Integer, float[]> seen = new LinkedHashMap<>();
  private final Execution execution;
  private int samples;

  /**
   * A quantized network.
   *
   * @param model the network, with the texts of the one it was made of; its layers of 8 bits stand
   *     still in training
   * @param quantized how many convolutions and dense layers have 8 bits
   * @param kept how many convolutions and products compute with real numbers as before: transposed
   *     ones, and those of two things that are both computed
   */
  public record Quantized(Model model, int quantized, int kept) {}

  /**
   * Prepares a model.
   *
   * @throws FoveaException if it has no convolution and no dense layer, or has 8 bits already
   */
  public Quantizer(Model model) {
    this.model = model;
    this.graph = QuantizableGraph.of(model, 1);
    if (graph.hasBytes()) {
      throw new FoveaException("quantize: the network has weights of 8 bits already");
    }
    if (graph.quantized() == 0) {
      throw new FoveaException("quantize: the network has no convolution and no dense layer");
    }
    Map<String, Value> watched = new LinkedHashMap<>();
    List<Value> values = graph.graph().values();
    for (int i = 0; i < values.size(); i++) {
      if (graph.isOnGrid(values.get(i))) {
        watched.put(RANGE + i, values.get(i));
        seen.put(i, new float[] {Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY});
      }
    }
    this.execution = plan(watched).acquire();
  }

  private Plan plan(Map<String, Value> outputs) {
    return model.plan(new Graph(outputs, new Paths()), Compiler.Mode.INFER, new float[0]);
  }

  /**
   * Looks at the numbers that a sample makes pass between the layers.
   *
   * @param sample one tensor per input, without a batch axis
   * @throws FoveaException if a shape is not the input's, or a number is not finite
   */
  public void observe(List<Tensor> sample) {
    if (!sample.stream().map(Tensor::shape).toList().equals(model.inputs())) {
      throw new FoveaException(
          "quantize: takes samples of "
              + model.inputs()
              + ", got "
              + sample.stream().map(Tensor::shape).toList());
    }
    for (int i = 0; i < sample.size(); i++) {
      if (execution.hasInput(Traced.input(i))) {
        execution.set(Traced.input(i), sample.get(i));
      }
    }
    execution.run();
    seen.forEach(this::widen);
    samples++;
  }

  private void widen(int place, float[] bounds) {
    Value v = graph.graph().values().get(place);
    float[] x = new float[v.shape().elements()];
    execution.get(RANGE + place, x, 0);
    for (float f : x) {
      if (!Float.isFinite(f)) {
        throw new FoveaException(
            "quantize: sample " + samples + " gives a " + f + " at " + where(v));
      }
      bounds[0] = Math.min(bounds[0], f);
      bounds[1] = Math.max(bounds[1], f);
    }
  }

  private String where(Value v) {
    String path = graph.graph().paths().of(v);
    return path.isEmpty() ? v.toString() : path;
  }

  /**
   * Returns the quantized network.
   *
   * @throws FoveaException if no sample was looked at
   */
  public Quantized finish() {
    if (samples == 0) {
      throw new FoveaException("quantize: needs at least one sample to calibrate with, got none");
    }
    Map<Integer, QuantizedNetwork.Range> ranges = new LinkedHashMap<>();
    seen.forEach((i, b) -> ranges.put(i, QuantizedNetwork.Range.of(b[0], b[1])));
    QuantizedNetwork network = new QuantizedNetwork(model, layers(ranges), ranges);
    Model made =
        Model.build(network, model.inputs(), Seed.of(0), ImportedNetwork.exact(model.engine()))
            .withMetadata(model.metadata());
    return new Quantized(made, graph.quantized(), graph.kept());
  }

  private Map<Integer, QuantizedLayer> layers(Map<Integer, QuantizedNetwork.Range> ranges) {
    Map<String, Value> wanted = new LinkedHashMap<>();
    List<Value> values = graph.graph().values();
    for (int i = 0; i < values.size(); i++) {
      Value v = values.get(i);
      if (graph.isWhole(v)) {
        wanted.put(WEIGHTS + i, v.input(1));
        Value bias = graph.bias(v);
        if (bias != null) {
          wanted.put(BIAS + i, bias);
        }
      }
    }
    Execution e = plan(wanted).acquire();
    e.run();
    Map<String, Tensor> known = new LinkedHashMap<>();
    wanted.forEach((name, v) -> known.put(name, result(e, name, v.shape())));
    Map<Value, Float> scales = scales(ranges);
    Map<Integer, QuantizedLayer> layers = new LinkedHashMap<>();
    for (int i = 0; i < values.size(); i++) {
      Tensor weights = known.get(WEIGHTS + i);
      if (weights != null) {
        @Nullable Tensor bias = known.get(BIAS + i);
        float input = scales.getOrDefault(values.get(i).input(0), 1f);
        layers.put(i, QuantizedLayer.of(weights, bias, input));
      }
    }
    return layers;
  }

  private static Tensor result(Execution e, String name, Shape shape) {
    Tensor t = Tensor.zeros(shape);
    e.get(name, t.data(), 0);
    return t;
  }

  /** Returns the scale of each value that is rounded, or made of rounded ones by moving them. */
  private Map<Value, Float> scales(Map<Integer, QuantizedNetwork.Range> ranges) {
    Map<Value, Float> scales = new IdentityHashMap<>();
    List<Value> values = graph.graph().values();
    for (int i = 0; i < values.size(); i++) {
      Value v = values.get(i);
      QuantizedNetwork.Range range = ranges.get(i);
      if (range != null) {
        scales.put(v, range.scale());
      } else if (QuantizableGraph.keepsGrid(v) && scales.containsKey(v.input(0))) {
        scales.put(v, scales.getOrDefault(v.input(0), 1f));
      }
    }
    return scales;
  }
}
