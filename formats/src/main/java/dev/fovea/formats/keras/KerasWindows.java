package dev.fovea.formats.keras;

import dev.fovea.formats.keras.KerasLayers.Built;
import dev.fovea.formats.weights.ImageSteps;
import dev.fovea.nn.Layers;
import dev.fovea.nn.Pool2d;
import dev.fovea.nn.Signal;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.ShapeException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keras's layers of pooling, padding, cropping and resizing. */
final class KerasWindows {
  private KerasWindows() {}

  static @Nullable Built of(LayerConfig c) {
    return switch (c.kind()) {
      case "MaxPooling1D", "MaxPool1D" -> Built.plain(KerasSteps.rows(pool(c, true, 1)));
      case "AveragePooling1D", "AvgPool1D" -> Built.plain(KerasSteps.rows(pool(c, false, 1)));
      case "MaxPooling2D", "MaxPool2D" -> Built.plain(pool(c, true, 2));
      case "AveragePooling2D", "AvgPool2D" -> Built.plain(pool(c, false, 2));
      case "MaxPooling3D", "MaxPool3D" -> volumes(c, true);
      case "AveragePooling3D", "AvgPool3D" -> volumes(c, false);
      case "GlobalAveragePooling1D", "GlobalAvgPool1D" -> global(c, false, 1);
      case "GlobalAveragePooling2D", "GlobalAvgPool2D" -> global(c, false, 2);
      case "GlobalAveragePooling3D", "GlobalAvgPool3D" -> global(c, false, 3);
      case "GlobalMaxPooling1D", "GlobalMaxPool1D" -> global(c, true, 1);
      case "GlobalMaxPooling2D", "GlobalMaxPool2D" -> global(c, true, 2);
      case "GlobalMaxPooling3D", "GlobalMaxPool3D" -> global(c, true, 3);
      default -> sized(c);
    };
  }

  private static @Nullable Built sized(LayerConfig c) {
    return switch (c.kind()) {
      case "ZeroPadding1D" -> border(c, "padding", 1, 1);
      case "ZeroPadding2D" -> border(c, "padding", 2, 1);
      case "ZeroPadding3D" -> border(c, "padding", 3, 1);
      case "Cropping1D" -> border(c, "cropping", 1, -1);
      case "Cropping2D" -> border(c, "cropping", 2, -1);
      case "Cropping3D" -> border(c, "cropping", 3, -1);
      case "UpSampling1D" -> repeated(c, 1);
      case "UpSampling2D" -> upsampled(c);
      case "UpSampling3D" -> repeated(c, 3);
      case "Resizing" -> resized(c);
      case "CenterCrop" -> {
        int height = c.size("height");
        int width = c.size("width");
        yield Built.plain(ImageSteps.layer("center_crop", x -> middle(x, height, width)));
      }
      default -> null;
    };
  }

  private static Pool2d pool(LayerConfig c, boolean max, int axes) {
    int[] size = c.sizes("pool_size", axes, 2, 1);
    int[] stride = c.field("strides").isPresent() ? c.sizes("strides", axes, 2, 1) : size;
    return pool(
        c,
        max,
        axes == 1 ? 1 : size[0],
        size[axes - 1],
        axes == 1 ? 1 : stride[0],
        stride[axes - 1]);
  }

  private static Pool2d pool(
      LayerConfig c, boolean max, int height, int width, int strideHeight, int strideWidth) {
    Window2d w = Window2d.of(height, width).stride(strideHeight, strideWidth);
    Pool2d.Reach reach = KerasConvolutions.same(c) ? Pool2d.Reach.SAME : Pool2d.Reach.FLOOR;
    return new Pool2d(max, w, reach, false);
  }

  /** Maxima, and means where padding does not count, are those along one axis after the other. */
  private static Built volumes(LayerConfig c, boolean max) {
    int[] size = c.sizes("pool_size", 3, 2, 1);
    int[] stride = c.field("strides").isPresent() ? c.sizes("strides", 3, 2, 1) : size;
    Pool2d across = pool(c, max, size[1], size[2], stride[1], stride[2]);
    Pool2d along = pool(c, max, size[0], 1, stride[0], 1);
    return Built.plain(
        ImageSteps.layer(
            "pooling3d",
            x -> {
              KerasSteps.require("pooling3d", x, 5);
              Signal y = new PerPlace(across).forward(x);
              Shape s = y.shape();
              Signal flat = y.reshape(Shape.of(s.dim(1), s.dim(2) * s.dim(3), s.dim(4)));
              Signal z = along.forward(flat);
              return z.reshape(Shape.of(z.shape().dim(1), s.dim(2), s.dim(3), s.dim(4)));
            }));
  }

  private static Built global(LayerConfig c, boolean max, int axes) {
    boolean keep = c.bool("keepdims", false);
    if (axes == 2 && !keep) {
      return Built.plain(max ? Layers.globalMaxPool() : Layers.globalAvgPool());
    }
    int[] over = new int[axes];
    Arrays.setAll(over, i -> i + 1);
    String kind = max ? "global_max_pool" : "global_avg_pool";
    return Built.plain(
        ImageSteps.layer(
            kind,
            x -> {
              KerasSteps.require(kind, x, axes + 2);
              Signal y = x.with(max ? x.value().max(over) : x.value().mean(over));
              int[] kept = new int[axes + 1];
              Arrays.fill(kept, 1);
              kept[axes] = x.shape().dim(-1);
              return y.reshape(keep ? Shape.of(kept) : Shape.of(kept[axes]));
            }));
  }

  private static Built border(LayerConfig c, String field, int axes, int sign) {
    int[][] borders = c.borders(field, axes);
    for (int[] b : borders) {
      b[0] *= sign;
      b[1] *= sign;
    }
    String kind = sign > 0 ? "zero_pad" : "crop";
    return Built.plain(ImageSteps.layer(kind, x -> KerasSteps.padded(kind, x, borders)));
  }

  private static Built repeated(LayerConfig c, int axes) {
    int[] size = c.sizes("size", axes, 2, 1);
    return Built.plain(ImageSteps.layer("upsample", x -> KerasSteps.repeated("upsample", x, size)));
  }

  private static Built upsampled(LayerConfig c) {
    int[] size = c.sizes("size", 2, 2, 1);
    return switch (c.text("interpolation", "nearest")) {
      case "nearest" -> Built.plain(ImageSteps.upsample(size[0], size[1]));
      case "bilinear" -> Built.plain(ImageSteps.upsample(size[0], size[1]).bilinear());
      default -> throw c.unsupported("interpolation");
    };
  }

  private static Built resized(LayerConfig c) {
    int height = c.size("height");
    int width = c.size("width");
    c.requireOnly("crop_to_aspect_ratio", false);
    c.requireOnly("pad_to_aspect_ratio", false);
    c.requireOnly("antialias", false);
    c.field("fill_mode");
    c.field("fill_value");
    return switch (c.text("interpolation", "bilinear")) {
      case "bilinear" -> Built.plain(Layers.resize(height, width).bilinear());
      case "nearest" -> Built.plain(ImageSteps.layer("resize", x -> nearest(x, height, width)));
      default -> throw c.unsupported("interpolation");
    };
  }

  /** Returns for pixel o the one in which (o + ½) · H/H′ lies. */
  private static Signal nearest(Signal x, int height, int width) {
    KerasSteps.require("resize", x, 4);
    int h = x.shape().dim(1);
    int w = x.shape().dim(2);
    var rows =
        KerasSteps.picked(x.value(), 1, height, o -> (int) ((2L * o + 1) * h / (2L * height)));
    return x.with(KerasSteps.picked(rows, 2, width, o -> (int) ((2L * o + 1) * w / (2L * width))));
  }

  private static Signal middle(Signal x, int height, int width) {
    KerasSteps.require("center_crop", x, 4);
    int rows = x.shape().dim(1) - height;
    int columns = x.shape().dim(2) - width;
    if (rows < 0 || columns < 0) {
      throw new ShapeException(
          "center_crop",
          "pictures smaller than " + height + "×" + width + " are not enlarged here",
          List.of(x.shape()));
    }
    int top = rows / 2;
    int left = columns / 2;
    return ImageSteps.crop(x, top, rows - top, left, columns - left);
  }
}
