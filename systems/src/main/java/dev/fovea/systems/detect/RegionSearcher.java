package dev.fovea.systems.detect;

import dev.fovea.data.Preprocessing;
import dev.fovea.op.HostCall;
import dev.fovea.op.Value;
import dev.fovea.systems.box.BoxArray;
import dev.fovea.systems.search.SelectiveSearch;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.nio.FloatBuffer;
import java.util.Collections;

/**
 * The regions that selective search proposes, as a step of a network that nothing is learned by: a
 * fixed number of boxes, behind which empty ones fill up. No gradient flows through it.
 *
 * @param search how pictures are searched
 * @param rule how pictures became inputs, which is undone before
 * @param shrink how many pixels beside each other, and beneath, become one before, which is much
 *     faster and finds hardly less
 */
public record RegionSearcher(SelectiveSearch search, Preprocessing rule, int shrink) {
  private static final int COLOURS = 3;

  /**
   * Checks the factor.
   *
   * @throws FoveaException if it is below 1
   */
  public RegionSearcher {
    if (shrink < 1) {
      throw new FoveaException("regions: pictures are made smaller by 1 or more, got " + shrink);
    }
  }

  /**
   * Returns the regions [N, {@code search.most()}, 4] in pixels of the input.
   *
   * @param pictures [N, H, W, C] as the network takes them; of one channel or three
   */
  public Value of(Value pictures) {
    Shape one = pictures.shape().dropFirst();
    int n = pictures.shape().dim(0);
    int count = search.most();
    HostCall.Derivative none = (y, dy) -> Collections.nCopies(1, null);
    HostCall.Function find =
        (in, out) -> {
          for (int i = 0; i < n; i++) {
            BoxArray small = search.of(picture(in.get(0), i * one.elements(), one));
            Rows.write(enlarged(small, one), out, 4 * i * count, count);
          }
        };
    return Value.of(new HostCall("selective_search", Shape.of(n, count, 4), find, none), pictures);
  }

  private BoxArray enlarged(BoxArray boxes, Shape picture) {
    double[] numbers = boxes.toArray();
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] *= shrink;
    }
    return BoxArray.of(numbers).clip(picture.dim(0), picture.dim(1));
  }

  /** Returns the picture that an input was made of, in colours and smaller. */
  private Tensor picture(FloatBuffer inputs, int from, Shape shape) {
    int height = Math.ceilDiv(shape.dim(0), shrink);
    int width = Math.ceilDiv(shape.dim(1), shrink);
    Tensor picture = Tensor.zeros(Shape.of(height, width, COLOURS));
    for (int i = 0; i < picture.data().length; i++) {
      int pixel = Math.floorDiv(i, COLOURS);
      int channel = i % COLOURS % shape.dim(2);
      float mean = mean(inputs, from + channel, shape, Math.floorDiv(pixel, width), pixel % width);
      picture.data()[i] = rule.denormalize(mean, channel);
    }
    return picture;
  }

  private float mean(FloatBuffer inputs, int from, Shape shape, int row, int column) {
    int bottom = Math.min(shape.dim(0), (row + 1) * shrink);
    int right = Math.min(shape.dim(1), (column + 1) * shrink);
    float sum = 0;
    int count = 0;
    for (int y = row * shrink; y < bottom; y++) {
      for (int x = column * shrink; x < right; x++) {
        sum += inputs.get(from + (y * shape.dim(1) + x) * shape.dim(2));
        count++;
      }
    }
    return sum / count;
  }
}
