package dev.fovea.formats.onnx;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** All operators by name; those of other domains have the domain before the name. */
final class Operators {
  private static final Map<String, Operator> ALL = make();

  private Operators() {}

  /** Returns what each operator does. */
  static Map<String, Operator> all() {
    return ALL;
  }

  private static Map<String, Operator> make() {
    Map<String, Operator> all = new TreeMap<>();
    SourceOperators.register(all);
    UnaryOperators.register(all);
    BinaryOperators.register(all);
    ShapeOperators.register(all);
    PieceOperators.register(all);
    IndexFunctions.register(all);
    SearchFunctions.register(all);
    ConvolutionOperators.register(all);
    PoolingOperators.register(all);
    NormalizationOperators.register(all);
    ReductionOperators.register(all);
    MatrixOperators.register(all);
    ResizeOperators.register(all);
    SamplingFunctions.register(all);
    RecurrentFunctions.register(all);
    QuantizedOperators.register(all);
    LossFunctions.register(all);
    TrainingFunctions.register(all);
    FunctionBody.register(all);
    return Collections.unmodifiableMap(all);
  }
}
