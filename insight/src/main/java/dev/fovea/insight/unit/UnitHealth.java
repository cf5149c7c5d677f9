package dev.fovea.insight.unit;

import dev.fovea.nn.Observer;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How the channels of a layer fare on a batch: which are dead, how much is saturated.
 *
 * @param layer the path of the layer
 * @param channels how many channels it has
 * @param dead the channels that are 0 at all places of all samples
 * @param saturated the share of numbers that lie within 1 % of the layer's least or greatest, where
 *     that is how a sigmoid or tanh ends: the limits are −1 or 0, and 1; 0 for other layers
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

  /** Returns the health of the layers that an observer sees, for a batch. */
  public static List<UnitHealth> of(Observer observer, Tensor batch) {
    List<UnitHealth> all = new ArrayList<>();
    for (Map.Entry<String, Tensor> e : observer.of(batch).entrySet()) {
      all.add(of(e.getKey(), e.getValue()));
    }
    return all;
  }

  /**
   * Returns the health of a layer.
   *
   * @param values what it computed, channels last
   */
  public static UnitHealth of(String layer, Tensor values) {
    int channels = values.shape().dim(-1);
    boolean[] alive = new boolean[channels];
    double sum = 0;
    double squares = 0;
    double least = 0;
    double most = 0;
    for (int i = 0; i < values.data().length; i++) {
      double v = values.data()[i];
      alive[i % channels] |= v != 0;
      sum += v;
      squares += v * v;
      least = Math.min(least, v);
      most = Math.max(most, v);
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
    return new UnitHealth(layer, channels, dead, saturated(values, least, most), mean, deviation);
  }

  /** Numbers of a sigmoid or tanh are within 0 or −1 and 1 and come near to one of the ends. */
  private static double saturated(Tensor values, double least, double most) {
    boolean limited = most <= 1 && least >= -1 && (least < 0 || most > 0);
    double low = least < 0 ? -1 : 0;
    int near = 0;
    for (float v : values.data()) {
      near += v >= 1 - NEAR || (v <= low + NEAR && v != 0) ? 1 : 0;
    }
    return limited ? (double) near / values.data().length : 0;
  }
}
