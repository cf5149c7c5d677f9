package dev.fovea.formats.onnx;

import static dev.fovea.formats.onnx.export.ExportGraph.integer;
import static dev.fovea.formats.onnx.export.ExportGraph.ints;
import static dev.fovea.formats.onnx.export.ExportGraph.number;
import static dev.fovea.formats.onnx.export.ExportGraph.text;

import dev.fovea.formats.onnx.proto.Onnx.AttributeProto;
import dev.fovea.formats.onnx.tensors.DataType;
import dev.fovea.formats.onnx.tensors.HostTensor;
import dev.fovea.tensor.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Operators on windows, places and sequences give what ONNX Runtime gives. */
final class WindowAgreementTest {
  @TempDir private Path folder;

  private final Forms forms = new Forms();

  @TestFactory
  Stream<DynamicTest> agree() {
    pooling();
    convolutions();
    resizes();
    samplers();
    recurrent();
    return forms.tests(folder);
  }

  private void pooling() {
    HostTensor volume = forms.floats(1, 2, 9, 10, 8);
    for (int include = 0; include < 2; include++) {
      for (int ceil = 0; ceil < 2; ceil++) {
        forms.add(
            19,
            "AveragePool",
            List.of(volume),
            ints("kernel_shape", 2, 3, 2),
            ints("strides", 2, 3, 3),
            ints("dilations", 2, 2, 3),
            integer("ceil_mode", ceil),
            integer("count_include_pad", include));
        forms.add(
            19,
            "AveragePool",
            List.of(forms.floats(1, 2, 7, 8)),
            ints("kernel_shape", 3, 3),
            ints("strides", 2, 3),
            ints("pads", 1, 0, 2, 1),
            integer("ceil_mode", ceil),
            integer("count_include_pad", include));
        forms.add(
            19,
            "AveragePool",
            List.of(forms.floats(1, 1, 7)),
            ints("kernel_shape", 4),
            ints("strides", 3),
            ints("pads", 1, 2),
            integer("ceil_mode", ceil),
            integer("count_include_pad", include));
      }
    }
    for (String auto : List.of("SAME_UPPER", "SAME_LOWER", "VALID")) {
      for (String type : List.of("MaxPool", "AveragePool", "LpPool")) {
        forms.add(
            18,
            type,
            List.of(forms.floats(1, 2, 7, 6)),
            ints("kernel_shape", 3, 2),
            ints("strides", 2, 2),
            text("auto_pad", auto));
      }
    }
    forms.add(
        18, "LpPool", List.of(forms.floats(1, 2, 9)), ints("kernel_shape", 2), integer("p", 3));
    forms.add(18, "LpPool", List.of(volume), ints("kernel_shape", 2, 2, 2), integer("p", 1));
    forms.add(
        18,
        "MaxPool",
        List.of(forms.random(DataType.UINT8, 0, 256, 1, 1, 5, 5)),
        ints("kernel_shape", 5, 5),
        ints("pads", 2, 2, 2, 2));
    for (int order = 0; order < 2; order++) {
      forms.add(
          2,
          12,
          "MaxPool",
          List.of(forms.floats(2, 2, 5, 6)),
          ints("kernel_shape", 3, 3),
          ints("pads", 1, 1, 1, 1),
          ints("strides", 2, 2),
          integer("storage_order", order));
    }
    forms.add(
        2, 12, "MaxPool", List.of(volume), ints("kernel_shape", 2, 2, 2), ints("strides", 2, 1, 2));
    forms.add(
        12,
        "MaxPool",
        List.of(forms.floats(1, 2, 9)),
        ints("kernel_shape", 3),
        ints("dilations", 3));
    forms.add(2, "GlobalLpPool", List.of(volume), integer("p", 3));
    forms.add(1, "GlobalMaxPool", List.of(volume));
    HostTensor rois =
        HostTensor.of(DataType.FLOAT, Shape.of(2, 5), new double[] {0, 0, 0, 3, 4, 0, 2, 1, 5, 6});
    forms.add(
        1,
        "MaxRoiPool",
        List.of(forms.floats(1, 2, 8, 8), rois),
        ints("pooled_shape", 2, 3),
        number("spatial_scale", 1));
  }

  private void convolutions() {
    HostTensor image = forms.floats(1, 4, 7, 6);
    forms.add(
        11,
        "Conv",
        List.of(image, forms.floats(6, 2, 3, 2), forms.floats(6)),
        ints("strides", 2, 2),
        ints("pads", 1, 0, 1, 2),
        integer("group", 2));
    forms.add(
        11,
        "Conv",
        List.of(forms.floats(2, 4, 9), forms.floats(4, 2, 3)),
        ints("dilations", 2),
        integer("group", 2));
    HostTensor volume = forms.floats(1, 4, 5, 6, 5);
    forms.add(
        11,
        "Conv",
        List.of(volume, forms.floats(4, 2, 2, 3, 2)),
        ints("strides", 2, 1, 2),
        integer("group", 2),
        text("auto_pad", "SAME_LOWER"));
    forms.add(
        11,
        "ConvTranspose",
        List.of(forms.floats(1, 3, 5), forms.floats(3, 2, 3)),
        ints("strides", 2));
    forms.add(
        11,
        "ConvTranspose",
        List.of(image, forms.floats(4, 3, 3, 3), forms.floats(6)),
        integer("group", 2),
        ints("strides", 3, 2),
        ints("pads", 1, 1, 0, 2),
        ints("output_padding", 2, 1));
    forms.add(
        11,
        "ConvTranspose",
        List.of(image, forms.floats(4, 2, 2, 2)),
        ints("dilations", 2, 2),
        ints("strides", 1, 2));
    forms.add(
        11,
        "ConvTranspose",
        List.of(volume, forms.floats(4, 2, 2, 3, 2)),
        ints("strides", 2, 1, 2),
        ints("dilations", 1, 2, 1),
        ints("pads", 1, 0, 0, 0, 1, 1));
    HostTensor bytes = forms.random(DataType.UINT8, 0, 256, 1, 2, 5, 5);
    HostTensor zero = HostTensor.scalar(DataType.UINT8, 100);
    forms.add(
        10,
        "ConvInteger",
        List.of(bytes, forms.random(DataType.UINT8, 0, 256, 3, 2, 3, 3), zero),
        ints("pads", 1, 1, 1, 1));
    forms.add(
        10,
        "MatMulInteger",
        List.of(
            forms.random(DataType.UINT8, 0, 256, 4, 3),
            forms.random(DataType.UINT8, 0, 256, 3, 2),
            zero,
            HostTensor.of(DataType.UINT8, Shape.of(2), new double[] {3, 77})));
    forms.add(
        11,
        "Gemm",
        List.of(forms.floats(3, 2), forms.floats(4, 3), forms.floats(2, 1)),
        integer("transA", 1),
        integer("transB", 1),
        number("alpha", 0.5f),
        number("beta", 2));
    forms.add(13, "MatMul", List.of(forms.floats(3), forms.floats(3)));
    forms.add(13, "MatMul", List.of(forms.floats(3), forms.floats(2, 3, 4)));
    forms.add(13, "MatMul", List.of(forms.floats(2, 1, 4, 3), forms.floats(5, 3, 2)));
    forms.add(13, "MatMul", List.of(forms.floats(2, 4, 3), forms.floats(3)));
    for (String equation :
        List.of("ij,jk->ik", "bij,bjk", "...ii->...i", "i,i", "ij->ji", "bhid,bhjd->bhij")) {
      HostTensor[] in =
          equation.startsWith("...")
              ? new HostTensor[] {forms.floats(2, 3, 3)}
              : equation.startsWith("bh")
                  ? new HostTensor[] {forms.floats(2, 2, 3, 4), forms.floats(2, 2, 5, 4)}
                  : equation.startsWith("bij")
                      ? new HostTensor[] {forms.floats(2, 3, 4), forms.floats(2, 4, 2)}
                      : equation.equals("ij->ji")
                          ? new HostTensor[] {forms.floats(2, 3)}
                          : equation.equals("i,i")
                              ? new HostTensor[] {forms.floats(3), forms.floats(3)}
                              : new HostTensor[] {forms.floats(2, 3), forms.floats(3, 4)};
      forms.add(12, "Einsum", List.of(in), text("equation", equation));
    }
    forms.add(11, "Det", List.of(forms.floats(2, 3, 3)));
  }

  private void resizes() {
    HostTensor x = forms.floats(1, 2, 5, 4);
    List<String> places =
        List.of(
            "half_pixel",
            "pytorch_half_pixel",
            "align_corners",
            "asymmetric",
            "half_pixel_symmetric");
    for (String place : places) {
      for (String mode : List.of("nearest", "linear", "cubic")) {
        for (double[] s : new double[][] {{1, 1, 1.6, 2.25}, {1, 1, 0.6, 0.75}}) {
          forms.add(
              19,
              "Resize",
              List.of(x, Forms.NONE, Forms.list(s)),
              text("mode", mode),
              text("coordinate_transformation_mode", place));
        }
        forms.add(
            19,
            "Resize",
            List.of(x, Forms.NONE, Forms.NONE, Forms.longs(1, 2, 7, 3)),
            text("mode", mode),
            text("coordinate_transformation_mode", place));
      }
    }
    for (String way : List.of("round_prefer_floor", "round_prefer_ceil", "floor", "ceil")) {
      forms.add(
          19,
          "Resize",
          List.of(x, Forms.NONE, Forms.NONE, Forms.longs(1, 2, 10, 6)),
          text("mode", "nearest"),
          text("nearest_mode", way));
    }
    for (String mode : List.of("linear", "cubic")) {
      forms.add(
          19,
          "Resize",
          List.of(x, Forms.NONE, Forms.list(1, 1, 0.6, 0.5)),
          text("mode", mode),
          integer("antialias", 1));
    }
    forms.add(
        19,
        "Resize",
        List.of(x, Forms.NONE, Forms.list(1, 1, 1.6, 0.8)),
        text("mode", "cubic"),
        number("cubic_coeff_a", -0.5f),
        integer("exclude_outside", 1));
    forms.add(
        19,
        "Resize",
        List.of(x, Forms.list(0, 0, 0.4, 0.6, 1, 1, 1.2, 1.7), Forms.NONE, Forms.longs(1, 2, 3, 3)),
        text("mode", "linear"),
        text("coordinate_transformation_mode", "tf_crop_and_resize"),
        number("extrapolation_value", 10));
  }

  private void samplers() {
    HostTensor x = forms.floats(1, 2, 4, 5);
    HostTensor grid = forms.random(DataType.FLOAT, -1.6, 1.6, 1, 3, 4, 2);
    HostTensor volume = forms.floats(1, 1, 3, 4, 5);
    HostTensor cloud = forms.random(DataType.FLOAT, -1.6, 1.6, 1, 2, 3, 2, 3);
    for (String border : List.of("zeros", "border", "reflection")) {
      for (int corners = 0; corners < 2; corners++) {
        for (String mode : List.of("linear", "nearest", "cubic")) {
          forms.add(
              20,
              "GridSample",
              List.of(x, grid),
              text("mode", mode),
              text("padding_mode", border),
              integer("align_corners", corners));
          if (!mode.equals("cubic")) {
            forms.add(
                20,
                "GridSample",
                List.of(volume, cloud),
                text("mode", mode),
                text("padding_mode", border),
                integer("align_corners", corners));
          }
        }
      }
    }
    for (int corners = 0; corners < 2; corners++) {
      forms.add(
          20,
          "AffineGrid",
          List.of(forms.floats(1, 2, 3), Forms.longs(1, 2, 3, 4)),
          integer("align_corners", corners));
    }
    HostTensor rois =
        HostTensor.of(DataType.FLOAT, Shape.of(2, 4), new double[] {0, 0, 6, 6, 2, 1, 7, 5});
    for (String way : List.of("half_pixel", "output_half_pixel")) {
      for (int ratio : new int[] {0, 2}) {
        forms.add(
            16,
            "RoiAlign",
            List.of(forms.floats(1, 2, 8, 8), rois, Forms.longs(0, 0)),
            integer("output_height", 2),
            integer("output_width", 3),
            integer("sampling_ratio", ratio),
            number("spatial_scale", 0.9f),
            text("coordinate_transformation_mode", way));
      }
    }
  }

  private void recurrent() {
    int hidden = 3;
    HostTensor x = forms.floats(4, 2, 5);
    HostTensor lengths = HostTensor.of(DataType.INT32, Shape.of(2), new double[] {4, 2});
    Map<String, Integer> gates = new LinkedHashMap<>(Map.of("RNN", 1, "GRU", 3, "LSTM", 4));
    gates.forEach((type, g) -> {
      for (String direction : List.of("forward", "reverse", "bidirectional")) {
        int d = direction.equals("bidirectional") ? 2 : 1;
        List<HostTensor> in =
            List.of(
                x,
                forms.floats(d, g * hidden, 5),
                forms.floats(d, g * hidden, hidden),
                forms.floats(d, 2 * g * hidden),
                lengths,
                forms.floats(d, 2, hidden));
        AttributeProto size = integer("hidden_size", hidden);
        forms.add(2, 14, type, in, size, text("direction", direction));
        if (g < 4) {
          // ONNX Runtime does not clip the memory of an LSTM before its activation.
          forms.add(2, 14, type, in, size, text("direction", direction), number("clip", 0.7f));
        }
        forms.add(2, 14, type, in.subList(0, 3), size, text("direction", direction));
        if (g == 3) {
          forms.add(
              2,
              14,
              type,
              in,
              size,
              text("direction", direction),
              integer("linear_before_reset", 1));
        } else if (g == 4) {
          List<HostTensor> all = new ArrayList<>(in);
          all.add(forms.floats(d, 2, hidden));
          all.add(forms.floats(d, 3 * hidden));
          forms.add(3, 14, type, all, size, text("direction", direction));
          forms.add(
              3, 14, type, all, size, text("direction", direction), integer("input_forget", 1));
        }
      }
    });
  }
}
