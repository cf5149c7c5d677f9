package dev.fovea.engine.kernel.scalar;

import dev.fovea.tensor.Shape;
import java.util.Arrays;

/**
 * How operands are walked in step with a row-major result: for each of its axes, how far apart an
 * operand's neighbours lie; 0 where the operand is repeated.
 *
 * <p>Axes of extent 1 are dropped and axes that follow on from each other are merged, so that the
 * innermost run is as long as it can be.
 */
final class Strided {
  private final int[] dims;
  private final int[][] strides;
  private final int rows;

  private Strided(int[] dims, int[][] strides) {
    this.dims = dims;
    this.strides = strides;
    int n = 1;
    for (int i = 0; i < dims.length - 1; i++) {
      n *= dims[i];
    }
    this.rows = n;
  }

  /** Returns the walk over these extents, with one array of strides per operand. */
  static Strided of(int[] extents, int[]... operandStrides) {
    int[] dims = new int[extents.length + 1];
    int[][] strides = new int[operandStrides.length][extents.length + 1];
    int rank = 0;
    for (int axis = 0; axis < extents.length; axis++) {
      if (extents[axis] == 1) {
        continue;
      }
      boolean merge = rank > 0;
      for (int k = 0; merge && k < strides.length; k++) {
        merge = strides[k][rank - 1] == operandStrides[k][axis] * extents[axis];
      }
      rank += merge ? 0 : 1;
      dims[rank - 1] = merge ? dims[rank - 1] * extents[axis] : extents[axis];
      for (int k = 0; k < strides.length; k++) {
        strides[k][rank - 1] = operandStrides[k][axis];
      }
    }
    if (rank == 0) {
      dims[0] = 1;
      rank = 1;
    }
    int[][] cut = new int[strides.length][];
    for (int k = 0; k < cut.length; k++) {
      cut[k] = Arrays.copyOf(strides[k], rank);
    }
    return new Strided(Arrays.copyOf(dims, rank), cut);
  }

  /** Returns the strides of {@code in} when it is broadcast to {@code out}. */
  static int[] broadcast(Shape in, Shape out) {
    int[] own = in.strides();
    int[] strides = new int[out.rank()];
    int extra = out.rank() - in.rank();
    for (int i = extra; i < strides.length; i++) {
      strides[i] = in.dim(i - extra) == 1 ? 0 : own[i - extra];
    }
    return strides;
  }

  /** Returns the number of innermost runs. */
  int rows() {
    return rows;
  }

  /** Returns the length of an innermost run. */
  int length() {
    return dims[dims.length - 1];
  }

  /** Returns how far apart neighbours of an innermost run lie in an operand. */
  int step(int operand) {
    return strides[operand][dims.length - 1];
  }

  /** Returns where a run begins in an operand. */
  int offset(int operand, int row) {
    int at = 0;
    int rest = row;
    for (int i = dims.length - 2; i >= 0 && rest > 0; i--) {
      at += rest % dims[i] * strides[operand][i];
      rest /= dims[i];
    }
    return at;
  }
}
