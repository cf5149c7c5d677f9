package dev.fovea.formats.onnx.operators;

import dev.fovea.formats.FormatException;
import dev.fovea.formats.onnx.file.Node;
import dev.fovea.formats.onnx.tensors.DataType;
import dev.fovea.formats.onnx.tensors.HostTensor;
import dev.fovea.formats.onnx.tensors.Index;
import dev.fovea.formats.onnx.walk.HostFunction;
import dev.fovea.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;

/** Pooling of known tensors over any number of axes. */
final class PoolingFunctions {
  private PoolingFunctions() {}

  /** Returns the largest element of each window and its place in the whole tensor. */
  static List<HostTensor> maxWithIndices(Node node, HostFunction.Inputs inputs) {
    HostTensor x = inputs.get(0);
    int[] in = Arrays.copyOfRange(x.shape().dims(), 2, x.rank());
    int[] kernel = node.integers("kernel_shape");
    if (kernel == null) {
      throw new FormatException("needs a kernel_shape");
    }
    Spatial given = Spatial.of(node, kernel, in);
    Spatial s = node.flag("ceil_mode", false) ? given.ceiling(in) : given;
    int[] dims = x.shape().dims();
    for (int a = 0; a < in.length; a++) {
      dims[a + 2] = s.out(a, in[a]);
    }
    Shape shape = HostTensor.bounded(Shape.of(dims));
    boolean columns = node.flag("storage_order", false);
    Shape window = Shape.of(kernel);
    IntUnaryOperator found = i -> largest(x, s, window, Index.split(shape, i));
    return List.of(
        HostTensor.costly(x.type(), shape, window.elements(), i -> value(x, found.applyAsInt(i))),
        HostTensor.costly(
            DataType.INT64,
            shape,
            window.elements(),
            i -> place(x.shape(), found.applyAsInt(i), columns)));
  }

  private static double value(HostTensor x, int at) {
    return at < 0 ? x.type().least() : x.at(at);
  }

  private static int place(Shape s, int at, boolean columns) {
    return columns && at >= 0 ? columnMajor(s, at) : at;
  }

  private static int largest(HostTensor x, Spatial s, Shape window, int[] out) {
    int best = -1;
    for (int t = 0; t < window.elements(); t++) {
      int[] tap = Index.split(window, t);
      int at = out[0] * x.shape().dim(1) + out[1];
      for (int a = 0; a < tap.length && at >= 0; a++) {
        int n = x.shape().dim(a + 2);
        int place = out[a + 2] * s.stride()[a] - s.before()[a] + tap[a] * s.dilation()[a];
        at = place < 0 || place >= n ? -1 : at * n + place;
      }
      if (at >= 0 && (best < 0 || x.at(at) > x.at(best))) {
        best = at;
      }
    }
    return best;
  }

  /** Returns the place in a tensor whose spatial axes are stored the first one fastest. */
  private static int columnMajor(Shape s, int flat) {
    int[] at = Index.split(s, flat);
    int place = 0;
    for (int a = s.rank() - 1; a >= 2; a--) {
      place = place * s.dim(a) + at[a];
    }
    return (at[0] * s.dim(1) + at[1]) * Index.product(s, 2, s.rank()) + place;
  }
}
