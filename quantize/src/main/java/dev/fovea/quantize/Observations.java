package dev.fovea.quantize;

import dev.fovea.engine.runtime.CompiledFunction;
import dev.fovea.engine.runtime.Device;
import dev.fovea.nn.Model;
import dev.fovea.op.Value;
import dev.fovea.quantize.QuantizableGraph.Spot;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What samples gave the values that are rounded, and the layers that are corrected. */
final class Observations {
  private final Device device;
  private final QuantizableGraph graph;
  private final Calibration calibration;
  private final Map<Spot, ValueHistogram> numbers = new LinkedHashMap<>();
  private final List<BiasCorrection> corrections = new ArrayList<>();

  /** From a sample to the values that are rounded, then what the corrected layers read. */
  private final CompiledFunction observed;

  private int samples;

  Observations(Model model, QuantizableGraph graph, QuantizationSettings settings) {
    this.device = model.engine().unwrap(Device.class);
    this.graph = graph;
    this.calibration = settings.calibration();
    List<Value> results = new ArrayList<>(graph.spots().values());
    graph.spots().keySet().forEach(spot -> numbers.put(spot, new ValueHistogram()));
    if (settings.biasCorrection()) {
      for (Value layer : graph.layers()) {
        corrections.add(new BiasCorrection(layer));
        results.add(layer.input(0));
      }
    }
    this.observed = Standing.function(model, graph, results);
  }

  void add(List<Tensor> sample) {
    Iterator<Tensor> values = observed.call(sample.toArray(Tensor[]::new)).iterator();
    numbers.forEach((spot, histogram) -> add(spot, histogram, values.next().data()));
    corrections.forEach(c -> c.add(values.next().data()));
    samples++;
  }

  private void add(Spot spot, ValueHistogram histogram, float[] x) {
    for (float f : x) {
      if (!Float.isFinite(f)) {
        Value v = Objects.requireNonNull(graph.spots().get(spot));
        throw new FoveaException(
            "quantize: sample " + samples + " gives a " + f + " at " + graph.where(v));
      }
      histogram.add(f);
    }
  }

  int samples() {
    return samples;
  }

  /** Returns the range of each value. */
  Map<Spot, ValueRange> valueRanges() {
    Map<Spot, ValueRange> ranges = new LinkedHashMap<>();
    numbers.forEach((spot, histogram) -> ranges.put(spot, calibration.range(histogram)));
    return ranges;
  }

  /** Returns the steps of each value. */
  Map<Spot, QuantizedNetwork.Range> ranges() {
    Map<Spot, QuantizedNetwork.Range> ranges = new LinkedHashMap<>();
    valueRanges().forEach((spot, range) -> ranges.put(spot, QuantizedNetwork.Range.of(range)));
    return ranges;
  }

  /** Returns the share of a value's numbers outside a range. */
  double outside(Spot spot, ValueRange range) {
    return Objects.requireNonNull(numbers.get(spot)).outside(range);
  }

  /** Returns the bias of a layer that takes up the mean of what rounding its weights changes. */
  Tensor correctedBias(int layer, @Nullable Tensor bias, Tensor rounding) {
    return corrections.get(layer).corrected(device, bias, rounding);
  }
}
