package dev.fovea.formats.onnx.operators;

import dev.fovea.formats.FormatException;
import dev.fovea.formats.onnx.tensors.DataType;
import dev.fovea.formats.onnx.tensors.HostTensor;
import dev.fovea.formats.onnx.tensors.Index;
import dev.fovea.formats.onnx.walk.Call;
import dev.fovea.formats.onnx.walk.HostFunction;
import dev.fovea.formats.onnx.walk.HostOperator;
import dev.fovea.formats.onnx.walk.InnerExtents;
import dev.fovea.formats.onnx.walk.Operand;
import dev.fovea.formats.onnx.walk.Operator;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Products of matrices. */
final class MatrixOperators {
  private MatrixOperators() {}

  static void register(Map<String, Operator> to) {
    to.put("MatMul", c -> List.of(Operand.Held.plain(matmul(c), c.type())));
    to.put("MatMulInteger", MatrixOperators::ofIntegers);
    to.put("Gemm", MatrixOperators::gemm);
    to.put("Einsum", Einsum::apply);
    to.put("Det", HostOperator.of((n, in) -> List.of(determinant(in))));
  }

  private static Value matmul(Call c) {
    Value whole = QuantizedOperators.productOfBytes(c, false);
    if (whole != null) {
      return whole;
    }
    int[] order = Index.range(c.shape(1).rank());
    Value b =
        c.input(1) instanceof Operand.Known k && k.type().isFloat()
            ? c.graph().weight(k, c.node().inputs().get(1), order)
            : c.plain(1);
    return product(c.plain(0), b);
  }

  /**
   * Returns the product of the last two axes, the outer ones broadcast; a list is a row or column.
   */
  static Value product(Value a, Value b) {
    if (a.shape().rank() == 0 || b.shape().rank() == 0) {
      throw new FormatException("needs matrices, got " + a.shape() + " and " + b.shape());
    }
    if (a.shape().rank() == 1) {
      Value y = product(a.reshape(a.shape().prepend(1)), b);
      return y.reshape(Index.without(y.shape(), new int[] {Math.max(y.shape().rank() - 2, 0)}));
    }
    if (b.shape().rank() == 1) {
      Value y = product(a, b.reshape(Shape.of(b.shape().dim(0), 1)));
      return y.reshape(Index.without(y.shape(), new int[] {y.shape().rank() - 1}));
    }
    InnerExtents.require(a.shape().dim(-1), b.shape().dim(-2));
    if (b.shape().rank() == 2) {
      return a.matmul(b);
    }
    Shape outer = Shape.broadcast(outer(a), outer(b));
    Value left = a.broadcastTo(joined(outer, a.shape()));
    Value right = b.broadcastTo(joined(outer, b.shape()));
    return left.matmul(right);
  }

  private static Shape outer(Value v) {
    return Shape.of(Arrays.copyOf(v.shape().dims(), v.shape().rank() - 2));
  }

  private static Shape joined(Shape outer, Shape matrix) {
    int[] dims = Arrays.copyOf(outer.dims(), outer.rank() + 2);
    dims[outer.rank()] = matrix.dim(-2);
    dims[outer.rank() + 1] = matrix.dim(-1);
    return Shape.of(dims);
  }

  private static List<Operand> ofIntegers(Call c) {
    Value a = c.plain(0);
    Value b = c.plain(1);
    if (c.has(2)) {
      Value zero = c.plain(2);
      boolean rows = zero.shape().elements() > 1 && zero.shape().rank() == 1;
      a = a.minus(rows ? zero.reshape(Shape.of(zero.shape().elements(), 1)) : zero);
    }
    b = c.has(3) ? b.minus(c.plain(3)) : b;
    return List.of(Operand.Held.plain(product(a, b), DataType.INT32));
  }

  /** α · A · B + β · C, where A and B may come transposed. */
  private static List<Operand> gemm(Call c) {
    c.node().obeys("broadcast");
    boolean ta = c.node().flag("transA", false);
    boolean tb = c.node().flag("transB", false);
    float alpha = c.node().number("alpha", 1);
    float beta = c.node().number("beta", 1);
    int rank = c.rank();
    boolean plain = !ta && alpha == 1 && beta == 1 && rank == 2;
    Value whole = plain ? QuantizedOperators.productOfBytes(c, tb) : null;
    if (whole != null) {
      return c.plain(whole);
    }
    Value a = ta ? c.in(0, 1, 0) : c.plain(0);
    if (rank != 2) {
      int rows = Index.product(c.shape(0), 0, 1);
      a = a.reshape(Shape.of(rows, c.shape(0).elements() / Math.max(rows, 1)));
    }
    int[] order = tb ? new int[] {1, 0} : new int[] {0, 1};
    Value b = c.graph().weight(c.input(1), c.node().inputs().get(1), order);
    InnerExtents.require(a.shape().dim(-1), b.shape().dim(0));
    Value y = a.matmul(b);
    y = alpha == 1 ? y : y.times(alpha);
    if (c.has(2)) {
      Value bias =
          c.shape(2).elements() == 1
              ? c.plain(2)
              : c.graph()
                  .weight(c.input(2), c.node().inputs().get(2), Index.range(c.shape(2).rank()));
      y = y.plus(beta == 1 ? bias : bias.times(beta));
    }
    return c.plain(y);
  }

  private static HostTensor determinant(HostFunction.Inputs in) {
    HostTensor t = in.get(0);
    int n = HostTensor.bounded(t.shape()).dim(-1);
    Shape outer = HostTensor.bounded(Shape.of(Arrays.copyOf(t.shape().dims(), t.rank() - 2)));
    in.budget().steps(t.size(), n);
    double[] out = new double[outer.elements()];
    for (int m = 0; m < out.length; m++) {
      double[][] a = new double[n][n];
      for (int i = 0; i < n * n; i++) {
        a[i / n][i % n] = t.at(m * n * n + i);
      }
      out[m] = eliminated(a);
    }
    return HostTensor.rounded(t.type(), outer, out);
  }

  private static double eliminated(double[][] a) {
    double product = 1;
    for (int k = 0; k < a.length; k++) {
      int pivot = k;
      for (int r = k + 1; r < a.length; r++) {
        pivot = Math.abs(a[r][k]) > Math.abs(a[pivot][k]) ? r : pivot;
      }
      if (a[pivot][k] == 0) {
        return 0;
      }
      double[] row = a[pivot];
      a[pivot] = a[k];
      a[k] = row;
      product *= pivot == k ? row[k] : -row[k];
      for (int r = k + 1; r < a.length; r++) {
        double factor = a[r][k] / row[k];
        for (int c = k; c < a.length; c++) {
          a[r][c] -= factor * row[c];
        }
      }
    }
    return product;
  }
}
