package dev.fovea.cli;

import dev.fovea.io.Json;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import dev.fovea.vision.Placed;
import dev.fovea.vision.Placement;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A picture as a network sees it.
 *
 * @param pixels in the size of the input, 0 … 255
 * @param input what the network takes, [H, W, C]
 * @param placement where the picture lies in it
 */
record LookedAt(Tensor pixels, Tensor input, Placement placement) {

  /** Reads a picture for a network. */
  static LookedAt read(NetworkFile network, Path picture) {
    Placed placed = network.rule().place(picture);
    return new LookedAt(placed.input(), network.rule().input(placed.input()), placed.placement());
  }

  /** Returns the input of a black picture. */
  static Tensor black(NetworkFile network) {
    return network.rule().input(Tensor.zeros(network.model().inputs().getFirst()));
  }

  /** Returns the pixels as colours. */
  Tensor colours() {
    return Images.toRgb(pixels);
  }

  /**
   * Returns where a picture is to be written, or null if it is not.
   *
   * @throws FoveaException if the name does not end in what it is written as
   */
  static @Nullable Path requireEnding(@Nullable Path out, String ending) {
    if (out != null && !out.toString().toLowerCase(Locale.ROOT).endsWith(ending)) {
      throw new FoveaException(
          "--out %s: writes %s, so its name must end in %s"
              .formatted(out, ending.substring(1).toUpperCase(Locale.ROOT), ending));
    }
    return out;
  }

  /** Returns a tensor as nested JSON arrays; what is no finite number is null. */
  static Object json(Tensor t) {
    return json(t, t.shape(), 0, t.data().length);
  }

  private static Object json(Tensor t, Shape shape, int from, int length) {
    if (shape.rank() == 0) {
      float v = t.data()[from];
      return Float.isFinite(v) ? (Object) (double) v : Json.Null.NULL;
    }
    int count = shape.dim(0);
    List<Object> parts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      parts.add(json(t, shape.dropFirst(), from + i * (length / count), length / count));
    }
    return parts;
  }
}
