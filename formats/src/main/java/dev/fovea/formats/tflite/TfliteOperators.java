package dev.fovea.formats.tflite;

import dev.fovea.formats.FormatException;
import dev.fovea.formats.weights.Missing;
import java.util.HashMap;
import java.util.Map;

/** The operators that are known, by name. */
final class TfliteOperators {
  private static final Map<String, TfliteOperator> ALL = all();

  private TfliteOperators() {}

  private static Map<String, TfliteOperator> all() {
    Map<String, TfliteOperator> all = new HashMap<>();
    WindowOperators.register(all);
    ElementOperators.register(all);
    ShapeOperators.register(all);
    PieceOperators.register(all);
    RowOperators.register(all);
    DetectionOperators.register(all);
    return Map.copyOf(all);
  }

  /** Returns the operator of a node. */
  static TfliteOperator of(TfliteNode node) {
    TfliteOperator known = ALL.get(node.operator());
    if (known == null) {
      throw new FormatException(node.operator() + " is not known");
    }
    return known;
  }

  /** Returns the operators of a file that are not known. */
  static Missing missing(TfliteFile file) {
    Missing missing = new Missing();
    for (TfliteNode n : file.nodes()) {
      if (!ALL.containsKey(n.operator())) {
        missing.add(
            n.operator(),
            n.outputs().length > 0 ? file.tensors().get(n.outputs()[0]).name() : n.label());
      }
    }
    return missing;
  }
}
