package dev.fovea.studio.state;

import dev.fovea.insight.colour.ValueScale;
import dev.fovea.nn.Summary;
import dev.fovea.studio.web.Bundle;
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
 * <p>Layers of few numbers are sent as they are. Of others, maps larger than 64 pixels are averaged
 * down, the first 64 channels are sent, and numbers are bytes between the layer's limits.
 */
public final class LayerMaps {
  private static final int EXACT = 1 << 16;
  private static final int MOST_CHANNELS = 64;
  private static final int MOST_EXTENT = 64;

  private LayerMaps() {}

  /**
   * Returns the answer.
   *
   * @param head what else it says
   * @param layers the layers in order
   * @param seen what they computed, by path, for one sample
   */
  public static Bundle of(
      Map<String, Object> head, List<Summary.Row> layers, Map<String, Tensor> seen) {
    List<Summary.Row> shown = layers.stream().filter(r -> isShown(seen.get(r.path()))).toList();
    Map<String, Object> all = new LinkedHashMap<>(head);
    all.put("layers", shown.stream().map(r -> tell(r, of(seen, r))).toList());
    Bundle bundle = new Bundle(all);
    shown.forEach(r -> add(bundle, r.path(), of(seen, r)));
    return bundle;
  }

  private static boolean isShown(@Nullable Tensor values) {
    return values != null && values.shape().rank() > 1;
  }

  private static Tensor of(Map<String, Tensor> seen, Summary.Row row) {
    return Objects.requireNonNull(seen.get(row.path()));
  }

  private static Map<String, Object> tell(Summary.Row row, Tensor values) {
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
    return fields;
  }

  /** Adds what a layer computed for one sample [1, …] to an answer. */
  public static void add(Bundle bundle, String path, Tensor values) {
    Shape s = values.shape().dropFirst();
    if (s.rank() != 3) {
      bundle.add(path, List.of(s.elements()), Arrays.copyOf(values.data(), s.elements()));
      return;
    }
    int channels = Math.min(s.dim(2), s.elements() <= EXACT ? s.dim(2) : MOST_CHANNELS);
    int step = s.elements() <= EXACT ? 1 : Math.ceilDiv(Math.max(s.dim(0), s.dim(1)), MOST_EXTENT);
    float[] maps = maps(values, channels, step);
    List<Integer> shape =
        List.of(channels, Math.ceilDiv(s.dim(0), step), Math.ceilDiv(s.dim(1), step));
    if (s.elements() <= EXACT) {
      bundle.add(path, shape, maps);
    } else {
      bundle.add(path, shape, ValueScale.of(values), maps);
    }
  }

  /** Returns maps one after the other, each place the mean of {@code step} × {@code step}. */
  static float[] maps(Tensor values, int channels, int step) {
    Shape s = values.shape().dropFirst();
    int h = Math.ceilDiv(s.dim(0), step);
    int w = Math.ceilDiv(s.dim(1), step);
    float[] maps = new float[channels * h * w];
    for (int c = 0; c < channels; c++) {
      for (int y = 0; y < h; y++) {
        for (int x = 0; x < w; x++) {
          maps[(c * h + y) * w + x] = mean(values.data(), s, c, y * step, x * step, step);
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
