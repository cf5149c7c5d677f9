package dev.fovea.systems.pose;

import dev.fovea.nn.Model;
import dev.fovea.systems.label.Skeleton;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The flip test: the outputs of a network for a picture are averaged with those for its mirror
 * image, mirrored back (Newell, Yang, Deng 2016).
 */
public final class FlipTest {
  private FlipTest() {}

  /**
   * Returns the outputs of a network, of which that which tells points is the mean of both.
   *
   * @param inputs the pictures [N, H, W, C]
   * @throws FoveaException if the skeleton does not say which points change sides in a mirror image
   */
  public static List<Tensor> outputs(Model model, PoseRule rule, Tensor inputs) {
    PoseDecoder decoder = rule.decoder();
    kinds(rule.skeleton(), rule.skeleton().joints().size());
    Tensor mirrored = maps(inputs, List.of());
    List<Tensor> plain = model.run(List.of(inputs));
    Tensor other =
        decoder.unmirrored(
            PoseOutputs.one(model.run(List.of(mirrored)), decoder.output()), rule.skeleton());
    Tensor mean = PoseOutputs.one(plain, decoder.output()).copy();
    for (int i = 0; i < mean.data().length; i++) {
      mean.data()[i] = (mean.data()[i] + other.data()[i]) / 2;
    }
    List<Tensor> outputs = new ArrayList<>(plain);
    outputs.set(decoder.output(), mean);
    return outputs;
  }

  /**
   * Returns for each kind of point the kind it is in a mirror image.
   *
   * @throws FoveaException if the skeleton does not say so
   */
  static List<Integer> kinds(Skeleton skeleton, int kinds) {
    if (skeleton.mirrored().size() != kinds) {
      throw new FoveaException(
          ("flip test: the skeleton does not say which of its %s joints change sides in a mirror"
                  + " image; names with left and right do")
              .formatted(kinds));
    }
    return skeleton.mirrored();
  }

  /**
   * Returns maps [N, H, W, C] turned left to right.
   *
   * @param partners of each of the first channels, from which it is taken
   */
  static Tensor maps(Tensor maps, List<Integer> partners) {
    if (maps.shape().rank() != 4) {
      throw new FoveaException("flip test: maps [N,H,W,C] expected, got " + maps.shape());
    }
    Tensor turned = Tensor.zeros(maps.shape());
    for (int c = 0; c < maps.shape().dim(3); c++) {
      copy(maps, c < partners.size() ? partners.get(c) : c, turned, c, 1);
    }
    return turned;
  }

  /** Writes a channel of maps, turned left to right and multiplied, into one of others. */
  static void copy(Tensor from, int channel, Tensor to, int target, int factor) {
    Shape shape = from.shape();
    int width = shape.dim(2);
    int channels = shape.dim(3);
    IntStream.range(0, from.data().length / channels)
        .forEach(cell -> {
          int x = cell % width;
          int mirrored = cell - x + width - 1 - x;
          to.data()[cell * channels + target] = factor * from.data()[mirrored * channels + channel];
        });
  }
}
