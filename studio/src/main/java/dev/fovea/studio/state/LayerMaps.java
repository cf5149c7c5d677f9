package dev.fovea.studio.state;

import dev.fovea.insight.colour.ValueScale;
import dev.fovea.nn.Summary;
import dev.fovea.studio.web.Bundle;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What layers computed for one sample, as an answer: maps [C, H, W] of layers with an image, rows
 * [N] of others.
 *
 * <p>Layers of few numbers are sent as they are, and so is a channel that is asked for alone. Of
 * others, maps larger than 64 pixels are averaged down, at most 64 channels are sent at once, and
 * numbers are bytes between the layer's limits.
 */
public final class LayerMaps {
  private static final int EXACT = 1 << 16;
  private static final int MOST_CHANNELS = 64;
  private static final int MOST_EXTENT = 64;

  private LayerMaps() {}

  /**
   * The channels that are asked for: of a layer of few numbers all are sent, unless one alone is
   * asked for.
   *
   * @param first the first of them
   * @param count how many, at most 64
   */
  public record Part(int first, int count) {
    /** The first 64. */
    public static final Part USUAL = new Part(0, MOST_CHANNELS);

    /**
     * Checks both numbers.
     *
     * @throws FoveaException if they are not in their ranges
     */
    public Part {
      if (first < 0 || count < 1 || count > MOST_CHANNELS) {
        throw new FoveaException(
            "maps: needs a first channel of at least 0 and 1 to %s of them, got %s and %s"
                .formatted(MOST_CHANNELS, first, count));
      }
    }

    /** Returns what of a layer [H, W, C] is sent. */
    private Sent of(Shape s) {
      int all = s.dim(2);
      if (s.elements() <= EXACT && count > 1) {
        return new Sent(0, all, 1);
      }
      int from = Math.clamp(first, 0, Math.max(0, all - 1));
      int channels = Math.min(count, all - from);
      int most = Math.max(s.dim(0), s.dim(1));
      return new Sent(from, channels, count == 1 ? 1 : Math.ceilDiv(most, MOST_EXTENT));
    }
  }

  /** What of a layer is sent: so many channels from one on, of each place the mean of step². */
  private record Sent(int first, int channels, int step) {}

  /** Returns the answer for the usual part of each layer. */
  public static Bundle of(
      Map<String, Object> head, List<Summary.Row> layers, Map<String, Tensor> seen) {
    return of(head, layers, seen, Part.USUAL);
  }

  /**
   * Returns the answer.
   *
   * @param head what else it says
   * @param layers the layers in order
   * @param seen what they computed, by path, for one sample
   * @param part the channels that are asked for
   */
  public static Bundle of(
      Map<String, Object> head, List<Summary.Row> layers, Map<String, Tensor> seen, Part part) {
    List<Summary.Row> shown = layers.stream().filter(r -> isShown(seen.get(r.path()))).toList();
    Map<String, Object> all = new LinkedHashMap<>(head);
    all.put("layers", shown.stream().map(r -> tell(r, of(seen, r), part)).toList());
    Bundle bundle = new Bundle(all);
    shown.forEach(r -> add(bundle, r.path(), of(seen, r), part));
    return bundle;
  }

  private static boolean isShown(@Nullable Tensor values) {
    return values != null && values.shape().rank() > 1;
  }

  private static Tensor of(Map<String, Tensor> seen, Summary.Row row) {
    return Objects.requireNonNull(seen.get(row.path()));
  }

  private static Map<String, Object> tell(Summary.Row row, Tensor values, Part part) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("path", row.path());
    fields.put("kind", row.kind());
    fields.put("shape", row.output().times());
    fields.put("parameters", row.parameters());
    fields.put("flops", row.flops());
    row.field()
        .ifPresent(f -> {
          fields.put("field", List.of(f.height(), f.width()));
          fields.put("stride", List.of(f.strideHeight(), f.strideWidth()));
        });
    ValueScale scale = ValueScale.of(values);
    fields.put("signed", scale.isSigned());
    fields.put("limit", scale.high());
    Shape s = values.shape().dropFirst();
    if (s.rank() == 3) {
      Sent sent = part.of(s);
      fields.put("channels", s.dim(2));
      fields.put("first", sent.first());
      fields.put("step", sent.step());
    }
    return fields;
  }

  /** Adds what a layer computed for one sample [1, …] to an answer, the usual part of it. */
  public static void add(Bundle bundle, String path, Tensor values) {
    add(bundle, path, values, Part.USUAL);
  }

  private static void add(Bundle bundle, String path, Tensor values, Part part) {
    Shape s = values.shape().dropFirst();
    if (s.rank() != 3) {
      bundle.add(path, List.of(s.elements()), Arrays.copyOf(values.data(), s.elements()));
      return;
    }
    Sent sent = part.of(s);
    float[] maps = maps(values, sent);
    List<Integer> shape =
        List.of(
            sent.channels(),
            Math.ceilDiv(s.dim(0), sent.step()),
            Math.ceilDiv(s.dim(1), sent.step()));
    if (s.elements() <= EXACT || part.count() == 1) {
      bundle.add(path, shape, maps);
    } else {
      bundle.add(path, shape, ValueScale.of(values), maps);
    }
  }

  /** Returns maps one after the other, each place the mean of {@code step} × {@code step}. */
  private static float[] maps(Tensor values, Sent sent) {
    Shape s = values.shape().dropFirst();
    int step = sent.step();
    int h = Math.ceilDiv(s.dim(0), step);
    int w = Math.ceilDiv(s.dim(1), step);
    float[] maps = new float[sent.channels() * h * w];
    for (int i = 0; i < sent.channels(); i++) {
      int c = sent.first() + i;
      for (int y = 0; y < h; y++) {
        for (int x = 0; x < w; x++) {
          maps[(i * h + y) * w + x] = mean(values.data(), s, c, y * step, x * step, step);
        }
      }
    }
    return maps;
  }

  private static float mean(float[] data, Shape s, int c, int top, int left, int step) {
    int bottom = Math.min(top + step, s.dim(0));
    int right = Math.min(left + step, s.dim(1));
    float sum = 0;
    for (int y = top; y < bottom; y++) {
      for (int x = left; x < right; x++) {
        sum += data[(y * s.dim(1) + x) * s.dim(2) + c];
      }
    }
    return sum / ((bottom - top) * (right - left));
  }
}
