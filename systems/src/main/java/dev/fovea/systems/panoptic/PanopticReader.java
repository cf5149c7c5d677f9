package dev.fovea.systems.panoptic;

import dev.fovea.systems.Detection;
import dev.fovea.systems.detect.DetectionReader;
import dev.fovea.systems.segment.PictureNumbers;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Placement;
import java.util.Arrays;
import java.util.List;

/**
 * Makes segments of the outputs of a network that tells objects with masks and classes of pixels.
 *
 * @param rule how the two become one
 * @param objects how outputs are read as objects
 */
public record PanopticReader(PanopticRule rule, DetectionReader objects) {
  /**
   * Returns what the outputs of the network tell of a picture.
   *
   * @param outputs the outputs [N, …]
   * @param sample the number of the picture in the batch
   * @param placement where in the input it lies
   * @throws FoveaException if the network does not tell classes of pixels as the rule says
   */
  public PanopticScene read(List<Tensor> outputs, int sample, Placement placement) {
    List<Detection> found = objects.read(outputs, sample, placement);
    return rule.merged(found, pixels(outputs, sample, placement), objects.labels());
  }

  private Tensor pixels(List<Tensor> outputs, int sample, Placement placement) {
    int classes = rule.stuff().size() + 1;
    if (outputs.size() <= rule.output()
        || outputs.get(rule.output()).shape().rank() != 4
        || outputs.get(rule.output()).shape().dim(3) != classes) {
      throw new FoveaException(
          "panoptic: output %s of %s classes of pixels expected, the network gives %s"
              .formatted(rule.output(), classes, outputs.stream().map(Tensor::shape).toList()));
    }
    Tensor all = outputs.get(rule.output());
    Shape one = all.shape().dropFirst();
    int from = sample * one.elements();
    Tensor own = Tensor.of(one, Arrays.copyOfRange(all.data(), from, from + one.elements()));
    PictureNumbers numbers = new PictureNumbers(own, placement);
    Placement.Size size = placement.picture();
    Tensor pixels = Tensor.zeros(Shape.of(size.height(), size.width()));
    for (int y = 0; y < size.height(); y++) {
      for (int x = 0; x < size.width(); x++) {
        pixels.data()[y * size.width() + x] = best(numbers.at(x, y)) - 1f;
      }
    }
    return pixels;
  }

  /** Returns the number of the largest; 0, which is objects, of none. */
  private static int best(float... numbers) {
    int best = 0;
    for (int i = 1; i < numbers.length; i++) {
      best = numbers[i] > numbers[best] ? i : best;
    }
    return best;
  }
}
