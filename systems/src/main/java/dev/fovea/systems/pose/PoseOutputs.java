package dev.fovea.systems.pose;

import dev.fovea.io.Json;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Outputs of networks as decoders take them. */
final class PoseOutputs {
  /** More outputs, channels or numbers no network has. */
  private static final int MOST = 1 << 20;

  private PoseOutputs() {}

  /**
   * Returns the first channels of the maps of a sample [H, W, kinds].
   *
   * @throws FoveaException if the output is none of maps with as many channels
   */
  static Tensor maps(List<Tensor> outputs, int output, int sample, int kinds) {
    Tensor all = maps(outputs, output, sample);
    int channels = all.shape().dim(2);
    if (channels < kinds) {
      throw new FoveaException(
          "key points: output %s has %s maps, there are %s kinds of points"
              .formatted(output, channels, kinds));
    }
    Tensor some = Tensor.zeros(Shape.of(all.shape().dim(0), all.shape().dim(1), kinds));
    for (int i = 0; i < some.data().length; i++) {
      some.data()[i] = all.data()[i / kinds * channels + i % kinds];
    }
    return some;
  }

  /**
   * Returns the maps of a sample [H, W, C].
   *
   * @throws FoveaException if the output is none of maps
   */
  static Tensor maps(List<Tensor> outputs, int output, int sample) {
    Tensor all = one(outputs, output);
    if (all.shape().rank() != 4) {
      throw new FoveaException(
          "key points: output %s is %s, maps [N,H,W,C] expected".formatted(output, all.shape()));
    }
    return Tensor.of(all.shape().dropFirst(), part(all, sample));
  }

  /** Returns the numbers of a sample. */
  static float[] numbers(List<Tensor> outputs, int output, int sample) {
    return part(one(outputs, output), sample);
  }

  /**
   * Returns an output.
   *
   * @throws FoveaException if there is none of its number
   */
  static Tensor one(List<Tensor> outputs, int output) {
    if (output >= outputs.size()) {
      throw new FoveaException(
          "key points: are read of output %s, the network has %s"
              .formatted(output, outputs.size()));
    }
    return outputs.get(output);
  }

  private static float[] part(Tensor all, int sample) {
    int length = all.shape().dropFirst().elements();
    return Arrays.copyOfRange(all.data(), sample * length, (sample + 1) * length);
  }

  /** Returns a number of a rule that counts something. */
  static int number(Map<String, Object> fields, String name, String where) {
    long value = Json.integer(Json.member(fields, name, where), where + " " + name);
    if (value < 0 || value > MOST) {
      throw new FoveaException("%s: %s %s: 0 to %s expected".formatted(where, name, value, MOST));
    }
    return (int) value;
  }
}
