package dev.fovea.formats.onnx.operators;

import dev.fovea.formats.FormatException;
import dev.fovea.formats.onnx.file.Node;
import dev.fovea.formats.onnx.tensors.HostTensor;
import dev.fovea.formats.onnx.tensors.Index;
import dev.fovea.formats.onnx.walk.HostFunction;
import dev.fovea.tensor.Shape;

/** Operators that pool regions of images to a common size. */
final class RegionFunctions {
  private RegionFunctions() {}

  /**
   * Reads regions [R, 4] of X [N, C, H, W] at evenly spread places, and averages or maximises those
   * of each cell (He et al., 2017).
   */
  static HostTensor align(Node n, HostFunction.Inputs in) {
    n.obeys("spatial_scale", "sampling_ratio");
    HostTensor x = in.get(0);
    int h = n.small("output_height", 1);
    int w = n.small("output_width", 1);
    int regions = in.get(1).shape().dim(0);
    int channels = x.shape().dim(1);
    Shape shape = HostTensor.bounded(Shape.of(regions, channels, h, w));
    boolean half =
        n.opset() >= 16
            && n.text("coordinate_transformation_mode", "half_pixel").equals("half_pixel");
    boolean max = n.text("mode", "avg").equals("max");
    Cells[] cells = new Cells[HostTensor.bounded(Shape.of(regions)).elements()];
    long work = 1;
    for (int r = 0; r < regions; r++) {
      cells[r] = Cells.of(n, in.get(1), r, h, w, half);
      work = Math.max(work, (long) cells[r].rows * cells[r].columns);
    }
    return HostTensor.costly(
        x.type(),
        shape,
        work,
        i -> {
          int r = i / (channels * h * w);
          int sample = IndexFunctions.inside(in.get(2).at(r), x.shape().dim(0));
          int plane = sample * channels + i / (h * w) % channels;
          return x.type().hold(cells[r].read(x, plane, i / w % h, i % w, max));
        });
  }

  /** How a region is cut into cells and each cell into places. */
  private record Cells(double y, double x, double height, double width, int rows, int columns) {
    static Cells of(Node n, HostTensor rois, int r, int h, int w, boolean half) {
      double scale = n.number("spatial_scale", 1);
      double shift = half ? 0.5 : 0;
      double x1 = rois.at(r * 4) * scale - shift;
      double y1 = rois.at(r * 4 + 1) * scale - shift;
      double width = rois.at(r * 4 + 2) * scale - shift - x1;
      double height = rois.at(r * 4 + 3) * scale - shift - y1;
      if (!half) {
        width = Math.max(width, 1);
        height = Math.max(height, 1);
      }
      int ratio = n.small("sampling_ratio", 0);
      int rows = ratio > 0 ? ratio : (int) Math.ceil(height / h);
      int columns = ratio > 0 ? ratio : (int) Math.ceil(width / w);
      if ((long) rows * columns > 1 << 20) {
        throw new FormatException("a region of " + height + " × " + width + " is too large");
      }
      return new Cells(y1, x1, height / h, width / w, rows, columns);
    }

    double read(HostTensor image, int plane, int row, int column, boolean max) {
      double sum = 0;
      double most = Double.NEGATIVE_INFINITY;
      for (int i = 0; i < rows * columns; i++) {
        int line = i / columns;
        double py = y + height * (row + (line + 0.5) / rows);
        double px = x + width * (column + (i % columns + 0.5) / columns);
        double[] corners = corners(image, plane, py, px);
        sum += corners[0] + corners[1] + corners[2] + corners[3];
        for (double corner : corners) {
          most = Math.max(most, corner);
        }
      }
      int count = Math.max(rows * columns, 1);
      return max ? (rows * columns == 0 ? 0 : most) : sum / count;
    }

    /** Returns the four neighbours of a place, each times its weight. */
    private static double[] corners(HostTensor image, int plane, double y, double x) {
      int h = image.shape().dim(2);
      int w = image.shape().dim(3);
      if (y < -1 || y > h || x < -1 || x > w) {
        return new double[4];
      }
      double py = Math.clamp(y, 0, h - 1);
      double px = Math.clamp(x, 0, w - 1);
      int y0 = (int) py;
      int x0 = (int) px;
      int y1 = Math.min(y0 + 1, h - 1);
      int x1 = Math.min(x0 + 1, w - 1);
      double fy = py - y0;
      double fx = px - x0;
      int first = plane * h * w;
      return new double[] {
        (1 - fy) * (1 - fx) * image.at(first + y0 * w + x0),
        (1 - fy) * fx * image.at(first + y0 * w + x1),
        fy * (1 - fx) * image.at(first + y1 * w + x0),
        fy * fx * image.at(first + y1 * w + x1)
      };
    }
  }

  /** Takes the largest element of each cell of regions [R, 5] whose first number is the sample. */
  static HostTensor maxPool(Node n, HostFunction.Inputs in) {
    HostTensor x = in.get(0);
    int[] pooled = n.integers("pooled_shape", 1, 1);
    double scale = n.number("spatial_scale", 1);
    int regions = in.get(1).shape().dim(0);
    int channels = x.shape().dim(1);
    Shape shape = HostTensor.bounded(Shape.of(regions, channels, pooled[0], pooled[1]));
    double[] out = new double[shape.elements()];
    for (int i = 0; i < out.length; i++) {
      int[] at = Index.split(shape, i);
      int[] roi = new int[5];
      for (int k = 0; k < 5; k++) {
        roi[k] = (int) Math.round(in.get(1).at(at[0] * 5 + k) * (k == 0 ? 1 : scale));
      }
      int[] rows = cell(roi[2], roi[4], at[2], pooled[0], x.shape().dim(2));
      int[] columns = cell(roi[1], roi[3], at[3], pooled[1], x.shape().dim(3));
      int plane = IndexFunctions.inside(roi[0], x.shape().dim(0)) * channels + at[1];
      in.budget()
          .steps(Math.max(rows[1] - rows[0], 0) + 1, Math.max(columns[1] - columns[0], 0) + 1);
      out[i] = largest(x, plane, rows, columns);
    }
    return HostTensor.of(x.type(), shape, out);
  }

  private static int[] cell(int first, int last, int i, int cells, int extent) {
    double size = (double) Math.max(last - first + 1, 1) / cells;
    int begin = (int) Math.floor(i * size) + first;
    int end = (int) Math.ceil((i + 1) * size) + first;
    return new int[] {Math.clamp(begin, 0, extent), Math.clamp(end, 0, extent)};
  }

  private static double largest(HostTensor x, int plane, int[] rows, int[] columns) {
    int w = x.shape().dim(3);
    double most = Double.NEGATIVE_INFINITY;
    for (int r = rows[0]; r < rows[1]; r++) {
      for (int c = columns[0]; c < columns[1]; c++) {
        most = Math.max(most, x.at((plane * x.shape().dim(2) + r) * w + c));
      }
    }
    return most == Double.NEGATIVE_INFINITY ? 0 : most;
  }
}
