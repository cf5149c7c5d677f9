package dev.fovea.formats.onnx;

import static dev.fovea.formats.onnx.export.ExportGraph.integer;
import static dev.fovea.formats.onnx.export.ExportGraph.text;

import dev.fovea.formats.onnx.proto.Onnx.AttributeProto;
import dev.fovea.formats.onnx.tensors.HostTensor;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Resize in all its forms gives what ONNX Runtime gives: above all where a scale of 32 bits does
 * not divide an extent, so that the rounding of places decides which pixel is the nearest.
 */
final class ResizeAgreementTest {
  private static final List<String> COORDINATES =
      List.of(
          "half_pixel",
          "half_pixel_symmetric",
          "pytorch_half_pixel",
          "align_corners",
          "asymmetric",
          "tf_half_pixel_for_nn",
          "tf_crop_and_resize");

  /** Extents and the factors that are tried on them. */
  private static final int[][] EXTENTS = {{10, 7}, {8, 5}, {1, 3}};

  private static final double[][] SCALES = {
    {0.6, 0.7}, {0.9, 1.4}, {1.6, 1.6}, {2, 3}, {0.35, 2.3}, {1.1, 0.5}
  };
  private static final long[][] SIZES = {{6, 7}, {13, 3}, {20, 14}, {1, 9}};

  @TempDir private Path folder;

  private final Forms forms = new Forms();

  @TestFactory
  Stream<DynamicTest> agree() {
    for (String coordinates : COORDINATES) {
      for (String rounding : List.of("round_prefer_floor", "round_prefer_ceil", "floor", "ceil")) {
        all(text("mode", "nearest"), coordinate(coordinates), text("nearest_mode", rounding));
      }
      for (String mode : List.of("linear", "cubic")) {
        for (int excluding = 0; excluding < 2; excluding++) {
          AttributeProto outside = integer("exclude_outside", excluding);
          // ONNX Runtime refuses to leave out what lies outside where it would change nothing.
          boolean known = !coordinates.equals("tf_half_pixel_for_nn");
          if (known && (excluding == 0 || mode.equals("cubic"))) {
            all(text("mode", mode), coordinate(coordinates), outside);
          }
          if (!coordinates.startsWith("tf_")) {
            all(text("mode", mode), coordinate(coordinates), outside, integer("antialias", 1));
          }
        }
      }
    }
    return forms.tests(folder);
  }

  private static AttributeProto coordinate(String name) {
    return text("coordinate_transformation_mode", name);
  }

  private void all(AttributeProto... attributes) {
    boolean crops = attributes[1].getS().toStringUtf8().equals("tf_crop_and_resize");
    HostTensor region = crops ? Forms.list(0, 0, 0.1, 0.2, 1, 1, 0.8, 1.1) : Forms.NONE;
    for (int[] e : EXTENTS) {
      HostTensor image = forms.floats(1, 2, e[0], e[1]);
      for (double[] s : SCALES) {
        add(List.of(image, region, Forms.list(1, 1, (float) s[0], (float) s[1])), attributes);
      }
      for (long[] s : SIZES) {
        if (crops && (s[0] == e[0] || s[1] == e[1])) {
          // ONNX Runtime takes all of an axis that keeps its extent, the specification the part.
          continue;
        }
        add(List.of(image, region, Forms.NONE, Forms.longs(1, 2, s[0], s[1])), attributes);
      }
    }
  }

  private void add(List<HostTensor> inputs, AttributeProto... attributes) {
    boolean old = attributes[1].getS().toStringUtf8().equals("tf_half_pixel_for_nn");
    // Before opset 13 no operand could be left out.
    List<HostTensor> given =
        inputs.stream().map(t -> old && t == Forms.NONE ? Forms.list() : t).toList();
    forms.add(old ? 11 : 19, "Resize", given, attributes);
  }
}
