package dev.fovea.quantize;

import dev.fovea.io.Json;
import dev.fovea.nn.Model;
import dev.fovea.nn.Parameters;
import dev.fovea.op.Value;
import dev.fovea.quantize.QuantizableGraph.Spot;
import dev.fovea.quantize.retrace.Retrace;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Quantization-aware training: a model that computes with weights and activations rounded as its
 * network of 8 bits will, so that training makes up for the rounding.
 *
 * <p>Rounding passes gradients on as if it were not there (straight through), weights have a scale
 * per output channel, ranges of activations begin with what calibration saw and follow the batches
 * by a hundredth at each step. See Jacob et al., 2018, <i>Quantization and Training of Neural
 * Networks for Efficient Integer-Arithmetic-Only Inference</i>.
 *
 * <pre>{@code
 * QuantizationAwareModel aware = QuantizationAwareModel.of(trained, settings, samples);
 * Trainer.of(aware.model(), crossEntropy(), sgd(1e-3)).fit(batches, epochs(2));
 * aware.finish().model().save(Path.of("int8.onnx"));
 * }</pre>
 */
public final class QuantizationAwareModel {
  /** The metadata entry that holds the ranges that training has found. */
  public static final String RANGES = "quantization_ranges";

  /** The end of the names of all but the first of the layers that share weights. */
  private static final Pattern NUMBERED = Pattern.compile(" #[0-9]+$");

  private final Model plain;
  private final RoundedNetwork network;
  private final Model model;

  private QuantizationAwareModel(Model plain, RoundedNetwork network) {
    this.plain = plain;
    this.network = network;
    this.model = Retrace.built(network, plain);
  }

  /**
   * Returns a model that rounds.
   *
   * @param trained the trained model; it stays as it is
   * @param settings the calibration of the first ranges, and the layers to leave out
   * @param samples what ranges are calibrated with, each one tensor per input without a batch axis
   * @throws FoveaException if the network cannot be quantized, or the settings ask for what
   *     training does by itself
   */
  public static QuantizationAwareModel of(
      Model trained, QuantizationSettings settings, Iterable<List<Tensor>> samples) {
    if (settings.biasCorrection() || settings.equalization()) {
      throw new FoveaException(
          "quantize: training makes up for rounding by itself; leave bias correction and"
              + " equalization out");
    }
    Quantizer quantizer = new Quantizer(trained, settings);
    samples.forEach(quantizer::observe);
    quantizer.requireSamples();
    RoundedNetwork network =
        new RoundedNetwork(trained, quantizer.observedRanges(), quantizer.skippedNumbers());
    return new QuantizationAwareModel(trained, network);
  }

  /** Returns the model to train; what it gives is what the network of 8 bits will. */
  public Model model() {
    return model;
  }

  /**
   * Returns the model in floating point with the values of now, and the ranges in its metadata
   * ({@value #RANGES}), from which {@link #quantizer} makes the network of 8 bits.
   */
  public Model plain() {
    Model made = plain.copy();
    for (Parameters.Parameter p : made.parameters().all()) {
      made.parameters().set(p.name(), model.parameters().tensor(p.name()));
    }
    QuantizableGraph graph = QuantizableGraph.of(plain, 1, network.skipped());
    List<String> names = graph.weights();
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("skipped", network.skipped().stream().map(names::get).toList());
    Map<String, Object> ranges = new LinkedHashMap<>();
    places(graph, names).forEach((name, spot) -> ranges.put(name, ends(spot)));
    all.put("ranges", ranges);
    Map<String, String> texts = new LinkedHashMap<>(model.metadata());
    texts.put(RANGES, Json.write(all));
    return made.withMetadata(texts);
  }

  /** Returns a model without the ranges that training with rounding found for other weights. */
  public static Model withoutRanges(Model model) {
    Map<String, String> texts = new LinkedHashMap<>(model.metadata());
    texts.remove(RANGES);
    return model.withMetadata(texts);
  }

  /**
   * Returns what each layer reads, then what it makes, by name. One value may be there under
   * several names: of a part of the network, other layers may be the first to read it. What a layer
   * reads is the same value in every part; what it makes need not be, and comes last.
   */
  private static Map<String, Spot> places(QuantizableGraph graph, List<String> names) {
    Map<String, Spot> inputs = new LinkedHashMap<>();
    Map<String, Spot> results = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      Value layer = graph.layers().get(i);
      Spot input = graph.layer(layer) == null ? null : graph.spot(graph.base(layer.input(0)));
      if (input != null) {
        inputs.put("input " + names.get(i), input);
      }
      Value made = graph.result(layer);
      Spot result = graph.spot(made);
      if (result != null) {
        results.put(QuantizableGraph.stage(made) + " " + names.get(i), result);
      }
    }
    inputs.putAll(results);
    return inputs;
  }

  private List<Double> ends(Spot spot) {
    return List.of((double) end(spot, "low"), (double) end(spot, "high"));
  }

  private float end(Spot spot, String end) {
    return model.parameters().tensor(RoundedNetwork.state(spot, end)).item();
  }

  /** Returns the network of 8 bits with the values of now. */
  public Quantizer.Quantized finish() {
    return quantizer(plain()).orElseThrow().finish();
  }

  /**
   * Returns the quantizer of a model that was trained with rounding, or of a part of it ({@link
   * Model#withOutputs}), ready to finish; empty if the model's metadata has no ranges.
   *
   * <p>Ranges are found by the names of the layers' weights. Layers that share weights are told
   * apart by their order, which a part must keep: it has all of them or none. A value that the
   * whole network rounds in another place, as before a rectifier that another layer reads past, has
   * no range in a part. One case is not seen: a batch norm that is folded into a layer in the part
   * but not in the whole network, where another layer reads past it, and whose result no layer
   * reads directly; the part takes the range before the norm.
   *
   * @throws FoveaException if the ranges are not those of the network, or the part has some but not
   *     all of the layers that share weights
   */
  public static Optional<Quantizer> quantizer(Model model) {
    String text = model.metadata().getOrDefault(RANGES, "");
    if (text.isEmpty()) {
      return Optional.empty();
    }
    Map<String, Object> all = Json.parseObject(text, RANGES);
    Map<String, Object> ranges = Json.object(Json.member(all, "ranges", RANGES), RANGES);
    Map<String, ValueRange> byName = new LinkedHashMap<>();
    ranges.forEach((name, ends) -> byName.put(name, range(ends, RANGES + ": " + name)));
    QuantizableGraph part = QuantizableGraph.of(model, 1);
    List<String> names = part.weights();
    ranges
        .keySet()
        .forEach(name -> requireAllUses(name.substring(name.indexOf(' ') + 1), part, names));
    Set<Integer> skipped = new TreeSet<>();
    for (Object layer : Json.array(Json.member(all, "skipped", RANGES), RANGES)) {
      String name = skippedName(layer);
      requireAllUses(name, part, names);
      if (names.contains(name)) { // a part of the network may be without
        skipped.add(names.indexOf(name));
      }
    }
    Map<Spot, ValueRange> known = new LinkedHashMap<>();
    places(QuantizableGraph.of(model, 1, skipped), names)
        .forEach((name, spot) -> {
          ValueRange range = byName.get(name);
          if (range != null) {
            known.putIfAbsent(spot, range);
          }
        });
    return Optional.of(Quantizer.learned(model, skipped, known::get));
  }

  private static String skippedName(Object layer) {
    try {
      return Json.string(layer, RANGES + ": skipped");
    } catch (FoveaException e) { // files had numbers once
      throw new FoveaException(e.getMessage() + Quantizer.ANEW, e);
    }
  }

  /**
   * Refuses a part without a layer of the whole network whose weights it has in another layer: it
   * counts from one, so that a layer would take the range of another one.
   *
   * @param name what the layer is called in the whole network
   * @param names what the layers of the part are called
   */
  private static void requireAllUses(String name, QuantizableGraph part, List<String> names) {
    int first = names.indexOf(name.substring(0, Math.max(0, name.lastIndexOf(" #"))));
    if (NUMBERED.matcher(name).find() && !names.contains(name) && first >= 0) {
      throw new FoveaException(
          ("quantize: other layers that were trained with rounding share the weights of layer %s;"
                  + " which of their ranges is this one's cannot be told: quantize the whole"
                  + " network")
              .formatted(part.name(part.layers().get(first))));
    }
  }

  private static ValueRange range(Object ends, String where) {
    List<Object> two = Json.array(ends, where);
    if (two.size() != 2) {
      throw new FoveaException(where + ": two numbers expected, got " + two.size());
    }
    float low = (float) Json.number(two.get(0), where);
    float high = (float) Json.number(two.get(1), where);
    if (!(low <= high) || !Float.isFinite(high - low)) {
      throw new FoveaException(where + ": a range expected, got " + low + " to " + high);
    }
    return new ValueRange(low, high);
  }
}
