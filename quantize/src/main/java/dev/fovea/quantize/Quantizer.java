package dev.fovea.quantize;

import dev.fovea.engine.compile.Compiler;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.runtime.CompiledFunction;
import dev.fovea.engine.runtime.Device;
import dev.fovea.nn.Model;
import dev.fovea.op.Value;
import dev.fovea.quantize.QuantizableGraph.Spot;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Post-training quantization: turns a trained network into one of 8-bit integers, calibrated on
 * samples.
 *
 * <p>Batch norms are folded into the weights first. Weights w of convolutions and dense layers
 * become w = s · q with one scale s per output channel and q in −127 … 127; activations between
 * such layers become x = s · (q − zero) with q in 0 … 255, with one scale for the range between the
 * smallest and largest number observed; biases are integers in steps of s(x) · s(w). Sums and other
 * operators, and the output of the last layer, stay in floating point. See Jacob et al., 2018,
 * <i>Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only
 * Inference</i>.
 *
 * <p>Not thread-safe.
 */
public final class Quantizer {
  private final Model model;
  private final QuantizableGraph graph;

  /** The least and the greatest number of each value that is rounded. */
  private final Map<Spot, float[]> seen = new LinkedHashMap<>();

  private final CompiledFunction rounded;
  private int samples;

  /**
   * A quantized network.
   *
   * @param model the quantized network, with the metadata of the original; training does not change
   *     its 8-bit layers
   * @param quantized the number of convolutions and dense layers with 8 bits
   * @param kept the number of convolutions and products that stay in floating point: transposed
   *     convolutions, and products of two activations
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
    for (Spot spot : graph.spots().keySet()) {
      seen.put(spot, new float[] {Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY});
    }
    this.rounded = function(List.copyOf(graph.spots().values()));
  }

  private CompiledFunction function(List<Value> results) {
    Graph wanted = Graph.of(graph.graph().inputs(), results);
    return CompiledFunction.of(model.engine().unwrap(Device.class), wanted, Compiler.Mode.INFER);
  }

  /**
   * Observes the activations for a calibration sample.
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
    Iterator<Tensor> numbers = rounded.call(sample.toArray(Tensor[]::new)).iterator();
    seen.forEach((spot, bounds) -> widen(spot, bounds, numbers.next().data()));
    samples++;
  }

  private void widen(Spot spot, float[] bounds, float... x) {
    for (float f : x) {
      if (!Float.isFinite(f)) {
        Value v = Objects.requireNonNull(graph.spots().get(spot));
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
   * @throws FoveaException if no sample was observed
   */
  public Quantized finish() {
    QuantizedNetwork network = network();
    Model made =
        Model.build(network, model.inputs(), Seed.of(0), model.engine().exact())
            .withMetadata(model.metadata());
    return new Quantized(made, graph.quantized(), graph.kept());
  }

  private QuantizedNetwork network() {
    if (samples == 0) {
      throw new FoveaException("quantize: needs at least one sample to calibrate with, got none");
    }
    Map<Spot, QuantizedNetwork.Range> ranges = new LinkedHashMap<>();
    seen.forEach((spot, b) -> ranges.put(spot, QuantizedNetwork.Range.of(b[0], b[1])));
    return new QuantizedNetwork(model, layers(ranges), ranges);
  }

  /**
   * Returns how far what each layer comes to with 8 bits is from what it comes to in floating
   * point, for a sample: ‖y₈ − y‖ / ‖y‖ by the path of the layer, 0 where both are 0, and 1 where
   * only y is. Errors of the layers before are in it.
   *
   * @param sample one tensor per input, without a batch axis
   * @throws FoveaException if no sample was observed
   */
  public Map<String, Double> errors(List<Tensor> sample) {
    Map<String, Value> results = graph.results();
    Iterator<Tensor> exact =
        function(List.copyOf(results.values())).call(sample.toArray(Tensor[]::new)).iterator();
    Model whole =
        Model.build(network().layersOf(), model.inputs(), Seed.of(0), model.engine().exact());
    List<Tensor> batch = sample.stream().map(t -> t.reshape(t.shape().prepend(1))).toList();
    Iterator<Tensor> rough = whole.run(batch).iterator();
    Map<String, Double> errors = new LinkedHashMap<>();
    results
        .keySet()
        .forEach(path -> errors.put(path, error(exact.next().data(), rough.next().data())));
    return errors;
  }

  private static double error(float[] exact, float[] rough) {
    double difference = 0;
    double all = 0;
    for (int i = 0; i < exact.length; i++) {
      difference += Math.pow((double) rough[i] - exact[i], 2);
      all += (double) exact[i] * exact[i];
    }
    if (all == 0) {
      return difference == 0 ? 0 : 1;
    }
    return Math.sqrt(difference / all);
  }

  private List<QuantizedLayer> layers(Map<Spot, QuantizedNetwork.Range> ranges) {
    Map<Value, Tensor> standing = standing();
    Map<Value, Float> scales = scales(ranges);
    List<QuantizedLayer> layers = new ArrayList<>();
    for (Value v : graph.layers()) {
      Tensor weights = Objects.requireNonNull(standing.get(v.input(1)));
      @Nullable Value bias = graph.bias(v);
      @Nullable Tensor steps = bias == null ? null : standing.get(bias);
      float input = Objects.requireNonNull(scales.get(v.input(0)));
      layers.add(QuantizedLayer.of(weights, steps, input));
    }
    return layers;
  }

  /** Returns the numbers of weights and biases, with batch norms in them. */
  private Map<Value, Tensor> standing() {
    List<Value> wanted = new ArrayList<>();
    for (Value v : graph.layers()) {
      wanted.add(v.input(1));
      Optional.ofNullable(graph.bias(v)).ifPresent(wanted::add);
    }
    CompiledFunction f = function(wanted);
    List<Tensor> inputs = f.inputs().stream().map(Tensor::zeros).toList();
    Iterator<Tensor> numbers = f.call(inputs.toArray(Tensor[]::new)).iterator();
    Map<Value, Tensor> standing = new IdentityHashMap<>();
    wanted.forEach(v -> standing.put(v, numbers.next()));
    return standing;
  }

  /** Returns the scale of each value that is rounded, or made of rounded ones by moving them. */
  private Map<Value, Float> scales(Map<Spot, QuantizedNetwork.Range> ranges) {
    Map<Value, Float> scales = new IdentityHashMap<>();
    for (Value v : graph.graph().values()) {
      Spot spot = graph.spot(v);
      QuantizedNetwork.Range range = spot == null ? null : ranges.get(spot);
      Float moved = QuantizableGraph.keepsGrid(v) ? scales.get(v.input(0)) : null;
      if (range != null) {
        scales.put(v, range.scale());
      } else if (moved != null) {
        scales.put(v, moved);
      }
    }
    return scales;
  }
}
