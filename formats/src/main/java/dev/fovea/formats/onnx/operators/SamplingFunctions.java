package dev.fovea.formats.onnx.operators;

import dev.fovea.formats.FormatException;
import dev.fovea.formats.onnx.file.Node;
import dev.fovea.formats.onnx.tensors.HostTensor;
import dev.fovea.formats.onnx.tensors.Index;
import dev.fovea.formats.onnx.walk.HostFunction;
import dev.fovea.formats.onnx.walk.HostOperator;
import dev.fovea.formats.onnx.walk.Operator;
import dev.fovea.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Operators that read images at computed places. */
final class SamplingFunctions {
  private SamplingFunctions() {}

  static void register(Map<String, Operator> to) {
    to.put("GridSample", HostOperator.of((n, in) -> List.of(grid(n, in.get(0), in.get(1)))));
    to.put("AffineGrid", HostOperator.of((n, in) -> List.of(affine(n, in)), 1));
    to.put("DeformConv", HostOperator.of((n, in) -> List.of(deformed(n, in))));
    to.put("Col2Im", HostOperator.of((n, in) -> List.of(columns(n, in)), 1, 2));
    to.put("RoiAlign", HostOperator.of((n, in) -> List.of(RegionFunctions.align(n, in))));
    to.put("MaxRoiPool", HostOperator.of((n, in) -> List.of(RegionFunctions.maxPool(n, in))));
  }

  /** Reads X [N, C, spatial…] at the places of a grid [N, out…, axes], the last axis first. */
  private static HostTensor grid(Node n, HostTensor x, HostTensor grid) {
    int axes = x.rank() - 2;
    int channels = x.shape().dim(1);
    int[] dims = new int[axes + 2];
    dims[0] = x.shape().dim(0);
    dims[1] = channels;
    System.arraycopy(grid.shape().dims(), 1, dims, 2, axes);
    Shape shape = HostTensor.bounded(Shape.of(dims));
    Sampler sampler = Sampler.of(n, Arrays.copyOfRange(x.shape().dims(), 2, axes + 2));
    int places = Index.product(shape, 2, shape.rank());
    int pixels = Index.product(x.shape(), 2, x.rank());
    double[] out = new double[shape.elements()];
    double[] at = new double[axes];
    for (int i = 0; i < dims[0] * places; i++) {
      for (int a = 0; a < axes; a++) {
        at[a] = sampler.place(grid.at(i * axes + axes - 1 - a), a);
      }
      for (int c = 0; c < channels; c++) {
        int plane = i / places * channels + c;
        int first = plane * pixels;
        out[plane * places + i % places] = sampler.read(k -> x.at(first + k), at);
      }
    }
    return HostTensor.rounded(x.type(), shape, out);
  }

  /** Makes the grid of an affine map θ [N, axes, axes + 1] over an image of given extents. */
  private static HostTensor affine(Node n, HostFunction.Inputs in) {
    int[] size = in.get(1).ints();
    int axes = size.length - 2;
    HostTensor theta = in.get(0);
    boolean corners = n.flag("align_corners", false);
    int[] dims = new int[axes + 2];
    dims[0] = size[0];
    System.arraycopy(size, 2, dims, 1, axes);
    dims[axes + 1] = axes;
    Shape shape = HostTensor.bounded(Shape.of(dims));
    double[] out = new double[shape.elements()];
    for (int i = 0; i < out.length; i++) {
      int[] at = Index.split(shape, i);
      int row = (at[0] * axes + at[axes + 1]) * (axes + 1);
      double sum = theta.at(row + axes);
      for (int a = 0; a < axes; a++) {
        int extent = size[axes + 1 - a];
        int p = at[axes - a];
        double c =
            corners ? extent == 1 ? 0 : -1 + 2.0 * p / (extent - 1) : (2.0 * p + 1) / extent - 1;
        sum += theta.at(row + a) * c;
      }
      out[i] = theta.type().hold(sum);
    }
    return HostTensor.of(theta.type(), shape, out);
  }

  /** A convolution whose taps are moved by offsets and, perhaps, scaled by a mask. */
  private static HostTensor deformed(Node n, HostFunction.Inputs in) {
    HostTensor x = in.get(0);
    HostTensor w = in.get(1);
    int[] kernel = Arrays.copyOfRange(w.shape().dims(), 2, 4);
    Spatial s = Spatial.of(n, kernel, Arrays.copyOfRange(x.shape().dims(), 2, 4));
    int groups = n.small("group", 1);
    int cout = w.shape().dim(0);
    int cin = w.shape().dim(1);
    Shape shape =
        HostTensor.bounded(
            Shape.of(
                x.shape().dim(0), cout, s.out(0, x.shape().dim(2)), s.out(1, x.shape().dim(3))));
    Taps taps = new Taps(in, s, n.small("offset_group", 1), shape);
    int places = kernel[0] * kernel[1];
    return HostTensor.costly(
        x.type(),
        shape,
        (long) cin * places,
        i -> {
          int[] at = Index.split(shape, i);
          double sum = in.has(3) ? in.get(3).at(at[1]) : 0;
          int first = at[1] / (cout / groups) * cin;
          for (int c = 0; c < cin; c++) {
            for (int k = 0; k < places; k++) {
              sum += w.at((at[1] * cin + c) * places + k) * taps.read(at, first + c, k);
            }
          }
          return x.type().hold(sum);
        });
  }

  /** Reads the moved taps of a deformable convolution. */
  private record Taps(HostFunction.Inputs in, Spatial s, int offsetGroups, Shape out) {
    double read(int[] at, int channel, int tap) {
      HostTensor x = in.get(0);
      int channels = x.shape().dim(1);
      int h = x.shape().dim(2);
      int w = x.shape().dim(3);
      int n = s.kernel()[0] * s.kernel()[1];
      int group = channel / (channels / offsetGroups);
      int pixel = at[2] * out.dim(3) + at[3];
      int pixels = out.dim(2) * out.dim(3);
      int row = (at[0] * offsetGroups + group) * n + tap;
      int tapRow = tap / s.kernel()[1];
      int tapColumn = tap % s.kernel()[1];
      double y =
          at[2] * s.stride()[0]
              - s.before()[0]
              + tapRow * s.dilation()[0]
              + in.get(2).at(2 * row * pixels + pixel);
      double z =
          at[3] * s.stride()[1]
              - s.before()[1]
              + tapColumn * s.dilation()[1]
              + in.get(2).at((2 * row + 1) * pixels + pixel);
      double scale = in.has(4) ? in.get(4).at(row * pixels + pixel) : 1;
      int first = (at[0] * channels + channel) * h * w;
      return scale * Sampler.bilinear(k -> x.at(first + k), h, w, y, z);
    }
  }

  /** Adds up overlapping columns to images: the transpose of cutting images into columns. */
  private static HostTensor columns(Node n, HostFunction.Inputs in) {
    HostTensor t = in.get(0);
    int[] image = in.get(1).ints();
    int[] block = in.get(2).ints();
    Spatial s = Spatial.of(n, block, image);
    Shape window = Shape.of(block);
    int channels = t.shape().dim(1) / Math.max(window.elements(), 1);
    int[] grid = new int[image.length];
    Arrays.setAll(grid, a -> s.out(a, image[a]));
    Shape places = Shape.of(grid);
    if (places.elements() != t.shape().dim(2)) {
      throw new FormatException("needs " + places.elements() + " columns, got " + t.shape());
    }
    Shape shape = HostTensor.bounded(Shape.of(image).prepend(channels).prepend(t.shape().dim(0)));
    double[] out = new double[shape.elements()];
    Shape pixels = Shape.of(image);
    for (int i = 0; i < t.size(); i++) {
      int row = i / places.elements();
      int[] place = Index.split(places, i % places.elements());
      int[] tap = Index.split(window, row % window.elements());
      int at = row / window.elements();
      for (int a = 0; a < image.length && at >= 0; a++) {
        int p = place[a] * s.stride()[a] - s.before()[a] + tap[a] * s.dilation()[a];
        at = p < 0 || p >= pixels.dim(a) ? -1 : at * pixels.dim(a) + p;
      }
      if (at >= 0) {
        out[at] += t.at(i);
      }
    }
    return HostTensor.rounded(t.type(), shape, out);
  }
}
