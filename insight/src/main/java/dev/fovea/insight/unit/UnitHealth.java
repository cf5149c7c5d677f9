package dev.fovea.insight.unit;

import dev.fovea.insight.probe.Layers;
import dev.fovea.nn.Observer;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * How the channels of a layer fare on a batch: which are dead, how much is saturated.
 *
 * @param layer the path of the layer
 * @param channels how many channels it has
 * @param dead the channels that are 0 at all places of all samples
 * @param saturated the share of numbers within 0.01 of the limits of the layer's activation, 0 and
 *     1 of a sigmoid, −1 and 1 of tanh; 0 for other layers
 * @param mean the mean of all numbers
 * @param deviation their standard deviation
 */
public record UnitHealth(
    String layer,
    int channels,
    List<Integer> dead,
    double saturated,
    double mean,
    double deviation) {
  private static final double NEAR = 0.01;

  /** Copies the list. */
  public UnitHealth {
    dead = List.copyOf(dead);
  }

  /** Returns the share of channels that are dead. */
  public double deadShare() {
    return (double) dead.size() / channels;
  }

  /**
   * Returns the health of the layers that an observer sees, for a batch.
   *
   * @param layers the layers of the observed network
   * @throws dev.fovea.tensor.FoveaException if it has no such input
   */
  public static List<UnitHealth> of(Layers layers, Observer observer, Tensor batch) {
    List<UnitHealth> all = new ArrayList<>();
    observer.of(batch).forEach((path, values) -> all.add(of(layers.find(path), values)));
    return all;
  }

  /**
   * Returns the health of a layer.
   *
   * @param values what it computed, channels last
   */
  public static UnitHealth of(Layers.Layer layer, Tensor values) {
    int channels = values.shape().dim(-1);
    boolean[] alive = new boolean[channels];
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < values.data().length; i++) {
      double v = values.data()[i];
      alive[i % channels] |= v != 0;
      sum += v;
      squares += v * v;
    }
    List<Integer> dead = new ArrayList<>();
    for (int c = 0; c < channels; c++) {
      if (!alive[c]) {
        dead.add(c);
      }
    }
    int n = values.data().length;
    double mean = sum / n;
    double deviation = Math.sqrt(Math.max(0, squares / n - mean * mean));
    return new UnitHealth(layer.path(), channels, dead, saturated(layer, values), mean, deviation);
  }

  private static double saturated(Layers.Layer layer, Tensor values) {
    return layer
        .activation()
        .map(a ->
            switch (a.kind()) {
              case SIGMOID -> near(values, 0);
              case TANH -> near(values, -1);
              case IDENTITY, RELU, CLIPPED_RELU, LEAKY_RELU, ELU, SOFTPLUS -> 0.0;
            })
        .orElse(0.0);
  }

  /** Returns the share of numbers near a lower limit or near 1. */
  private static double near(Tensor values, double low) {
    int near = 0;
    for (float v : values.data()) {
      near += v >= 1 - NEAR || v <= low + NEAR ? 1 : 0;
    }
    return (double) near / values.data().length;
  }
}
