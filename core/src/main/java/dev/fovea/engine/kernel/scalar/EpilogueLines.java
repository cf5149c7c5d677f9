package dev.fovea.engine.kernel.scalar;

import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.op.Activation;
import dev.fovea.op.Epilogue;

/** What an op does to its results once they are complete. */
final class EpilogueLines {
  private final Epilogue epilogue;
  private final int residual;
  private final Lines.Map activation;

  /** Creates the lines of a contraction. */
  EpilogueLines(Epilogue epilogue) {
    this(epilogue, epilogue.residualInput());
  }

  /**
   * Creates the lines of an op.
   *
   * @param residual the position of the residual among the inputs
   */
  EpilogueLines(Epilogue epilogue, int residual) {
    this.epilogue = epilogue;
    this.residual = residual;
    this.activation = ActivationLines.of(epilogue.activation());
  }

  /**
   * Finishes {@code n} results of one row.
   *
   * @param at the position of the first within the output
   * @param column the output channel of the first
   */
  void finish(Operands o, int at, int column, int n) {
    float[] y = o.output().array();
    int yAt = o.output().offset() + at;
    if (epilogue.bias()) {
      Span bias = o.input(epilogue.biasInput());
      Lines.add(bias.array(), bias.offset() + column, y, yAt, n);
    }
    if (epilogue.residual()) {
      Span more = o.input(residual);
      Lines.add(more.array(), more.offset() + at, y, yAt, n);
    }
    if (epilogue.silu()) {
      silu(y, yAt, n);
    } else if (epilogue.activation().kind() != Activation.Kind.IDENTITY) {
      activation.apply(y, yAt, y, yAt, n);
    }
  }

  private void silu(float[] y, int at, int n) {
    for (int i = at; i < at + n; i++) {
      y[i] = (float) epilogue.apply(y[i]);
    }
  }
}
