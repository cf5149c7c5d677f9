package dev.fovea.systems.detect;

import dev.fovea.data.Preprocessing;
import dev.fovea.op.HostCall;
import dev.fovea.op.Value;
import dev.fovea.systems.search.SelectiveSearch;
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
 */
public record RegionSearcher(SelectiveSearch search, Preprocessing rule) {
  private static final int COLOURS = 3;

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
            Tensor picture = picture(in.get(0), i * one.elements(), one);
            Rows.write(search.of(picture), out, 4 * i * count, count);
          }
        };
    return Value.of(new HostCall("selective_search", Shape.of(n, count, 4), find, none), pictures);
  }

  /** Returns the picture that an input was made of, in colours. */
  private Tensor picture(FloatBuffer inputs, int from, Shape shape) {
    int channels = shape.dim(2);
    Tensor picture = Tensor.zeros(Shape.of(shape.dim(0), shape.dim(1), COLOURS));
    for (int i = 0; i < picture.data().length; i++) {
      int channel = i % COLOURS % channels;
      float input = inputs.get(from + Math.floorDiv(i, COLOURS) * channels + channel);
      picture.data()[i] = rule.denormalize(input, channel);
    }
    return picture;
  }
}
