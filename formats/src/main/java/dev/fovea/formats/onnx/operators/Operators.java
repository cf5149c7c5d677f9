package dev.fovea.formats.onnx.operators;

import dev.fovea.formats.FormatException;
import dev.fovea.formats.onnx.file.OnnxModel;
import dev.fovea.formats.onnx.walk.Operator;
import dev.fovea.formats.weights.Missing;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** All operators by name; those of other domains have the domain before the name. */
public final class Operators {
  private static final Map<String, Operator> ALL = make();

  private Operators() {}

  /** Returns what each operator does. */
  public static Map<String, Operator> all() {
    return ALL;
  }

  /**
   * Checks that all operators of a model are there.
   *
   * @throws FormatException naming all that are missing, each with some nodes that need it
   */
  public static void require(OnnxModel model) {
    Missing missing = missing(model);
    if (!missing.isEmpty()) {
      throw new FormatException("needs operators that are not supported: " + missing.text());
    }
  }

  /** Returns the operators of a model that are not supported, each with all nodes that need it. */
  public static Missing missing(OnnxModel model) {
    return model.missing(ALL.keySet());
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
    SelectionOperators.register(all);
    RecurrentOperators.register(all);
    AttentionOperators.register(all);
    SignalFunctions.register(all);
    QuantizedOperators.register(all);
    LossFunctions.register(all);
    TrainingFunctions.register(all);
    SequenceOperators.register(all);
    ControlOperators.register(all);
    return Collections.unmodifiableMap(all);
  }
}
