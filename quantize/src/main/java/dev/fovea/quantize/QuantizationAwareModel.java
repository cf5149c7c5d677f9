package dev.fovea.quantize;

import dev.fovea.io.Json;
import dev.fovea.nn.Model;
import dev.fovea.nn.Parameters;
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
    Map<String, Object> ranges = new LinkedHashMap<>();
    network
        .first()
        .keySet()
        .forEach(spot ->
            ranges.put(name(spot), List.of((double) end(spot, "low"), (double) end(spot, "high"))));
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("skipped", List.copyOf(network.skipped()));
    all.put("ranges", ranges);
    Map<String, String> texts = new LinkedHashMap<>(model.metadata());
    texts.put(RANGES, Json.write(all));
    return made.withMetadata(texts);
  }

  private static String name(Spot spot) {
    return (spot.result() ? "result " : "input ") + spot.layer();
  }

  private float end(Spot spot, String end) {
    return model.parameters().tensor(RoundedNetwork.state(spot, end)).item();
  }

  /** Returns the network of 8 bits with the values of now. */
  public Quantizer.Quantized finish() {
    return quantizer(plain()).orElseThrow().finish();
  }

  /**
   * Returns the quantizer of a model that was trained with rounding, ready to finish; empty if the
   * model's metadata has no ranges.
   *
   * @throws FoveaException if the ranges are not those of the network
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
    Set<Integer> skipped = new TreeSet<>();
    for (Object o : Json.array(Json.member(all, "skipped", RANGES), RANGES)) {
      skipped.add((int) Json.number(o, RANGES));
    }
    return Optional.of(Quantizer.learned(model, skipped, spot -> byName.get(name(spot))));
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
