package dev.fovea.kernel.scalar;

import dev.fovea.kernel.Operands;
import dev.fovea.kernel.Span;
import dev.fovea.op.Activation;
import dev.fovea.op.Epilogue;

/** What a contraction does to its results once their sums are complete. */
final class EpilogueLines {
  private final Epilogue epilogue;
  private final Lines.Map activation;

  EpilogueLines(Epilogue epilogue) {
    this.epilogue = epilogue;
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
      Span residual = o.input(epilogue.residualInput());
      Lines.add(residual.array(), residual.offset() + at, y, yAt, n);
    }
    if (epilogue.activation().kind() != Activation.Kind.IDENTITY) {
      activation.apply(y, yAt, y, yAt, n);
    }
  }
}
