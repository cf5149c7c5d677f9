package dev.fovea.simd;

import dev.fovea.kernel.Operands;
import dev.fovea.kernel.Span;
import dev.fovea.op.Activation;
import dev.fovea.op.Epilogue;

/** The beginning and end of a tile: bias before the sums, residual and activation after them. */
record Finish(Micro micro, Epilogue epilogue) {

  /** Sets the accumulators of a tile to the bias of its columns, or to zero. */
  void start(Operands operands, int m, int column, int cols, float[] c, int co) {
    if (epilogue.bias()) {
      Span bias = operands.input(epilogue.biasInput());
      micro.start(m, bias.array(), bias.offset() + column, cols, c, co);
    } else {
      micro.zero(m, c, co);
    }
  }

  /**
   * Adds the residual, applies the activation and stores a tile.
   *
   * @param o table of the rows' offsets in the output
   * @param shift what is added to each of them
   */
  void store(Operands operands, int m, int shift, int cols, float[] c, int co, float[] o, int oo) {
    if (epilogue.residual()) {
      Span r = operands.input(epilogue.residualInput());
      addResidual(m, cols, r.array(), r.offset() + shift, c, co, o, oo);
    }
    Span y = operands.output();
    Activation f = epilogue.activation();
    if (f.kind() == Activation.Kind.RELU) {
      micro.storeRelu(m, cols, c, co, o, oo, y.array(), y.offset() + shift);
      return;
    }
    if (f.kind() != Activation.Kind.IDENTITY) {
      Activations.apply(f, c, co, c, co, m * micro.columns());
    }
    micro.store(m, cols, c, co, o, oo, y.array(), y.offset() + shift);
  }

  private void addResidual(
      int m, int cols, float[] r, int ro, float[] c, int co, float[] o, int oo) {
    int nr = micro.columns();
    for (int i = 0; i < m; i++) {
      int from = ro + Float.floatToRawIntBits(o[oo + i]);
      int to = co + i * nr;
      for (int j = 0; j < cols; j++) {
        c[to + j] += r[from + j];
      }
    }
  }
}
