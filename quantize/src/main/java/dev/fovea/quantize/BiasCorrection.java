package dev.fovea.quantize;

import dev.fovea.engine.compile.Compiler;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.runtime.CompiledFunction;
import dev.fovea.engine.runtime.Device;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The mean of what a layer reads, over samples, and what its rounded weights make of it. A layer is
 * linear, so the mean of its error is its error at the mean.
 */
final class BiasCorrection {
  private final Value layer;
  private final double[] sums;
  private int samples;

  /**
   * Begins a mean.
   *
   * @param layer the convolution or product, for one sample
   */
  BiasCorrection(Value layer) {
    this.layer = layer;
    this.sums = new double[layer.input(0).shape().elements()];
  }

  /** Takes what the layer reads of a sample. */
  void add(float[] x) {
    for (int i = 0; i < x.length; i++) {
      sums[i] += x[i];
    }
    samples++;
  }

  /**
   * Returns the bias that takes up the mean of what rounding changes.
   *
   * @param rounding rounded weights minus weights
   */
  Tensor corrected(Device device, @Nullable Tensor bias, Tensor rounding) {
    Value x = Source.Input.sample(0, layer.input(0).shape());
    Value y = Value.of(layer.op(), x, Value.constant(rounding));
    Tensor mean = Tensor.zeros(x.shape());
    for (int i = 0; i < sums.length; i++) {
      mean.data()[i] = (float) (sums[i] / samples);
    }
    Graph graph = Graph.of(List.of(x), List.of(y));
    float[] error =
        CompiledFunction.of(device, graph, Compiler.Mode.INFER).call(mean).get(0).data();
    int channels = y.shape().dim(-1);
    double[] total = new double[channels];
    for (int i = 0; i < error.length; i++) {
      total[i % channels] += error[i];
    }
    Tensor corrected = bias == null ? Tensor.zeros(Shape.of(channels)) : bias.copy();
    for (int c = 0; c < channels; c++) {
      corrected.data()[c] -= (float) (total[c] * channels / error.length);
    }
    return corrected;
  }
}
