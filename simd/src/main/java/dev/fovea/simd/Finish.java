package dev.fovea.simd;

import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.op.Activation;
import dev.fovea.op.Epilogue;

/** The beginning and end of a tile: bias before the sums, residual and activation after them. */
record Finish(TileMoves moves, Epilogue epilogue) {
  /** Creates it for the tiles of a micro-kernel. */
  Finish(Micro micro, Epilogue epilogue) {
    this(TileMoves.of(micro.columns()), epilogue);
  }

  /** Sets the accumulators of a tile to the bias of its columns, or to zero. */
  void start(Operands operands, int m, int column, int cols, float[] c, int co) {
    if (epilogue.bias()) {
      Span bias = operands.input(epilogue.biasInput());
      moves.start(m, bias.array(), bias.offset() + column, cols, c, co);
    } else {
      moves.zero(m, c, co);
    }
  }

  /** Does as the method below with a single tile. */
  void store(Operands operands, int m, int shift, int cols, float[] c, int co, float[] o, int oo) {
    store(operands, m, shift, cols, c, co, m * moves.columns(), o, oo);
  }

  /**
   * Adds the residual, applies the activation and stores a row of tiles.
   *
   * @param shift what is added to each offset
   * @param cols the columns of all tiles together
   * @param cs the distance between the tiles
   * @param o table of the rows' offsets in the output
   */
  void store(
      Operands operands, int m, int shift, int cols, float[] c, int co, int cs, float[] o, int oo) {
    if (epilogue.residual()) {
      Span r = operands.input(epilogue.residualInput());
      moves.add(m, cols, c, co, cs, o, oo, r.array(), r.offset() + shift);
    }
    Span y = operands.output();
    Activation.Kind kind = epilogue.activation().kind();
    if (kind == Activation.Kind.RELU) {
      moves.storeRelu(m, cols, c, co, cs, o, oo, y.array(), y.offset() + shift);
      return;
    }
    if (kind != Activation.Kind.IDENTITY) {
      for (int j = 0, at = co; j < cols; j += moves.columns(), at += cs) {
        Activations.finish(epilogue, c, at, m * moves.columns());
      }
    }
    moves.store(m, cols, c, co, cs, o, oo, y.array(), y.offset() + shift);
  }
}
