package dev.fovea.quantize;

import dev.fovea.engine.runtime.CompiledFunction;
import dev.fovea.io.Suggest;
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
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Post-training quantization: turns a trained network into one of 8-bit integers, calibrated on
 * samples.
 *
 * <p>Batch norms are folded into the weights first. Weights w of convolutions and dense layers
 * become w = s · q with one scale s per output channel and q in −127 … 127; activations between
 * such layers become x = s · (q − zero) with q in 0 … 255, with one scale for a range that follows
 * from the numbers observed ({@link Calibration}); biases are integers in steps of s(x) · s(w).
 * Sums and other operators, and the output of the last layer, stay in floating point. See Jacob et
 * al., 2018, <i>Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only
 * Inference</i>.
 *
 * <p>Not thread-safe.
 */
public final class Quantizer {
  /** What to do about ranges that do not fit. */
  static final String ANEW =
      "; the file is of an earlier version, or of another network or a part that rounds elsewhere:"
          + " train it anew with rounding (--qat)";

  private final Model model;
  private final QuantizationSettings settings;
  private final QuantizableGraph graph;
  private final Set<Integer> skipped;
  private final Observations seen;

  /** Ranges that training has found, in the place of those that were observed. */
  private final Map<Spot, QuantizedNetwork.Range> learned;

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
   * Prepares a model with the usual settings.
   *
   * @throws FoveaException if it has no convolution and no dense layer, or has 8 bits already
   */
  public Quantizer(Model model) {
    this(model, QuantizationSettings.standard());
  }

  /**
   * Prepares a model.
   *
   * @throws FoveaException if it has no convolution and no dense layer, or has 8 bits already, or a
   *     path of the settings is none of such a layer or a block around it
   */
  public Quantizer(Model model, QuantizationSettings settings) {
    QuantizableGraph plain = QuantizableGraph.of(model, 1);
    if (plain.hasBytes()) {
      throw new FoveaException("quantize: the network has weights of 8 bits already");
    }
    if (plain.quantized() == 0) {
      throw new FoveaException("quantize: the network has no convolution and no dense layer");
    }
    this.model = settings.equalization() ? Equalization.of(model) : model;
    this.settings = settings;
    this.graph = QuantizableGraph.of(this.model, 1);
    this.skipped = numbers(settings.skip());
    this.seen = new Observations(this.model, graph, settings);
    this.learned = Map.of();
  }

  /**
   * Returns a quantizer of a model whose ranges are known, which needs no samples.
   *
   * @param skipped the numbers of the layers that are left out
   * @param ranges the range of each value that is rounded
   * @throws FoveaException if a range is missing
   */
  static Quantizer learned(
      Model model, Set<Integer> skipped, Function<Spot, @Nullable ValueRange> ranges) {
    Quantizer usual = new Quantizer(model);
    Map<Spot, QuantizedNetwork.Range> known = new LinkedHashMap<>();
    for (Spot spot : QuantizableGraph.of(model, 1, skipped).spots().keySet()) {
      ValueRange range = ranges.apply(spot);
      if (range == null) {
        throw new FoveaException(
            "quantize: the model's metadata has no range for the %s of layer %s%s"
                .formatted(
                    spot.result() ? "result" : "input", usual.layers().get(spot.layer()), ANEW));
      }
      known.put(spot, QuantizedNetwork.Range.of(range));
    }
    return new Quantizer(usual, skipped, known);
  }

  private Quantizer(
      Quantizer other, Set<Integer> skipped, Map<Spot, QuantizedNetwork.Range> learned) {
    this.model = other.model;
    this.settings = other.settings;
    this.graph = other.graph;
    this.skipped = skipped;
    this.seen = other.seen;
    this.learned = learned;
  }

  /** Returns the range of each value that is rounded, as samples gave it. */
  Map<Spot, ValueRange> observedRanges() {
    Map<Spot, ValueRange> chosen = new LinkedHashMap<>();
    Map<Spot, ValueRange> all = seen.valueRanges();
    chosen().spots().keySet().forEach(s -> chosen.put(s, Objects.requireNonNull(all.get(s))));
    return chosen;
  }

  /** Returns the numbers of the layers that are left out. */
  Set<Integer> skippedNumbers() {
    return skipped;
  }

  /** Returns the steps of each value that is rounded. */
  private Map<Spot, QuantizedNetwork.Range> ranges() {
    return learned.isEmpty() ? seen.ranges() : learned;
  }

  private Set<Integer> numbers(List<String> paths) {
    Set<Integer> numbers = new TreeSet<>();
    for (String path : paths) {
      boolean found = false;
      for (int i = 0; i < graph.layers().size(); i++) {
        String layer = graph.name(graph.layers().get(i));
        if (layer.equals(path) || layer.startsWith(path + ".") || layer.startsWith(path + "/")) {
          numbers.add(i);
          found = true;
        }
      }
      if (!found) {
        throw new FoveaException(
            "quantize: no convolution and no dense layer is called " + path + hint(path));
      }
    }
    return numbers;
  }

  /** Names the layer that is nearly called so, or else those that there are, with their kinds. */
  private String hint(String path) {
    List<String> kinds =
        graph.layers().stream()
            .map(v -> graph.name(v) + " (" + QuantizableGraph.kind(v) + ")")
            .toList();
    return Suggest.hint(path, Suggest.nearest(path, layers()).isPresent() ? layers() : kinds);
  }

  /** Returns the paths of the layers that 8 bits can compute, in the order of computation. */
  public List<String> layers() {
    return graph.layers().stream().map(graph::name).toList();
  }

  /**
   * Returns a quantizer that has seen the same samples, and will see the same, but leaves other
   * layers in floating point.
   *
   * @param paths paths of layers, as {@link QuantizationSettings#skip} has them
   * @throws FoveaException if a path is none of a layer or block, or training with rounding left a
   *     layer out that would now have 8 bits
   */
  public Quantizer skipping(List<String> paths) {
    Set<Integer> others = numbers(paths);
    if (!learned.isEmpty() && !others.containsAll(skipped)) {
      throw new FoveaException(
          "quantize: training with rounding found no ranges for the layers "
              + skipped()
              + ": skip these too");
    }
    return new Quantizer(this, others, learned);
  }

  /** Returns the paths of the layers that stay in floating point although 8 bits could compute. */
  public List<String> skipped() {
    return skipped.stream().map(i -> graph.name(graph.layers().get(i))).toList();
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
    seen.add(sample);
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
    QuantizableGraph chosen = chosen();
    return new Quantized(made, chosen.quantized(), chosen.kept());
  }

  private QuantizableGraph chosen() {
    return QuantizableGraph.of(model, 1, skipped);
  }

  void requireSamples() {
    if (seen.samples() == 0 && learned.isEmpty()) {
      throw new FoveaException("quantize: needs at least one sample to calibrate with, got none");
    }
  }

  private QuantizedNetwork network() {
    requireSamples();
    Map<Spot, QuantizedNetwork.Range> ranges = ranges();
    return new QuantizedNetwork(model, layers(ranges), ranges, skipped);
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
    Map<String, Double> errors = new LinkedHashMap<>();
    noise(List.of(sample)).forEach((path, noise) -> errors.put(path, noise.share()));
    return errors;
  }

  private Map<String, Noise> noise(List<List<Tensor>> samples) {
    QuantizableGraph chosen = chosen();
    Map<String, Value> results = chosen.results();
    CompiledFunction exact = Standing.function(model, chosen, List.copyOf(results.values()));
    Model whole =
        Model.build(network().layersOf(), model.inputs(), Seed.of(0), model.engine().exact());
    Map<String, Noise> noise = new LinkedHashMap<>();
    results.keySet().forEach(path -> noise.put(path, new Noise()));
    for (List<Tensor> sample : samples) {
      Iterator<Tensor> y = exact.call(sample.toArray(Tensor[]::new)).iterator();
      List<Tensor> batch = sample.stream().map(t -> t.reshape(t.shape().prepend(1))).toList();
      Iterator<Tensor> rounded = whole.run(batch).iterator();
      noise.values().forEach(n -> n.add(y.next().data(), rounded.next().data()));
    }
    return noise;
  }

  /**
   * Returns what 8 bits do to each layer that has them, in the order of computation.
   *
   * @param samples what it is measured on, each one tensor per input, without a batch axis
   * @throws FoveaException if no sample was observed
   */
  public List<LayerReport> report(List<List<Tensor>> samples) {
    Map<String, Noise> noise = noise(samples);
    Map<Spot, QuantizedNetwork.Range> ranges = ranges();
    List<LayerReport> reports = new ArrayList<>();
    for (int i = 0; i < graph.layers().size(); i++) {
      if (!skipped.contains(i)) {
        Value v = graph.layers().get(i);
        Spot spot = Objects.requireNonNull(graph.spot(graph.base(v.input(0))));
        QuantizedNetwork.Range steps = Objects.requireNonNull(ranges.get(spot));
        double decibels = noise.getOrDefault(graph.where(v), new Noise()).decibels();
        reports.add(
            new LayerReport(
                graph.name(v),
                QuantizableGraph.kind(v),
                steps.reach(),
                seen.outside(spot, steps.rounded()),
                decibels));
      }
    }
    return reports;
  }

  /**
   * Returns the error of all of the network's outputs where one layer alone has 8 bits: Σ (ŷ − y)²
   * / Σ y², by the path of the layer.
   *
   * @param samples what it is measured on, each one tensor per input, without a batch axis
   * @throws FoveaException if no sample was observed
   */
  public Map<String, Double> sensitivity(List<List<Tensor>> samples) {
    Map<String, Double> errors = new LinkedHashMap<>();
    for (int i = 0; i < graph.layers().size(); i++) {
      if (!skipped.contains(i)) {
        Set<Integer> others = new TreeSet<>();
        for (int k = 0; k < graph.layers().size(); k++) {
          if (k != i) {
            others.add(k);
          }
        }
        Model one = new Quantizer(this, others, learned).finish().model();
        Noise noise = new Noise();
        for (List<Tensor> sample : samples) {
          List<Tensor> batch = sample.stream().map(t -> t.reshape(t.shape().prepend(1))).toList();
          Iterator<Tensor> rounded = one.run(batch).iterator();
          model.run(batch).forEach(y -> noise.add(y.data(), rounded.next().data()));
        }
        errors.merge(graph.name(graph.layers().get(i)), Math.pow(noise.share(), 2), Math::max);
      }
    }
    return errors;
  }

  private Map<Integer, QuantizedLayer> layers(Map<Spot, QuantizedNetwork.Range> ranges) {
    Map<Value, Tensor> standing = Standing.of(model, graph);
    Map<Value, Float> scales = scales(ranges);
    Map<Integer, QuantizedLayer> layers = new LinkedHashMap<>();
    for (int i = 0; i < graph.layers().size(); i++) {
      if (skipped.contains(i)) {
        continue;
      }
      Value v = graph.layers().get(i);
      Tensor weights = Objects.requireNonNull(standing.get(v.input(1)));
      @Nullable Value added = graph.bias(v);
      @Nullable Tensor bias = added == null ? null : standing.get(added);
      float input = Objects.requireNonNull(scales.get(v.input(0)));
      QuantizedLayer.Weights rounded =
          QuantizedLayer.Weights.of(weights, bias, input, settings.calibration());
      if (settings.biasCorrection()) {
        bias = seen.correctedBias(i, bias, rounded.minus(weights));
      }
      layers.put(i, rounded.with(bias, input));
    }
    return layers;
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
