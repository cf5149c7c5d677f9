package dev.fovea.formats.onnx.walk;

import java.util.List;

/** Turns one node into what its results are: known tensors, or values to be computed in the run. */
@FunctionalInterface
public interface Operator {
  /** Returns the results in order; those that nobody uses may be left out at the end. */
  List<Operand> apply(Call call);
}
