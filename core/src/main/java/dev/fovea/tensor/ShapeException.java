package dev.fovea.tensor;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The error of an op whose inputs have unsuitable shapes. The message names the op, the layer path,
 * the rule, a likely fix and every shape.
 *
 * <p>An example: {@code conv2d at features.3: kernel 5×5 does not fit input 3×3 (valid padding);
 * use same() or a smaller kernel; input=[N,3,3,64]}.
 */
public final class ShapeException extends FoveaException {
  private static final long serialVersionUID = 1L;

  private final String op;
  private final String path;
  private final String rule;
  private final transient List<Shape> inputs;

  /** Creates the failure of {@code op} by {@code rule} (with its fix) on {@code inputs}. */
  public ShapeException(String op, String rule, List<Shape> inputs) {
    this(op, "", rule, inputs);
  }

  private ShapeException(String op, String path, String rule, List<Shape> inputs) {
    super(message(op, path, rule, inputs));
    this.op = op;
    this.path = path;
    this.rule = rule;
    this.inputs = List.copyOf(inputs);
  }

  /**
   * Returns this error with the path of the layer in which it arose; a path that is already known
   * stays.
   */
  public ShapeException at(String layerPath) {
    if (!path.isEmpty() || layerPath.isEmpty()) {
      return this;
    }
    ShapeException located = new ShapeException(op, layerPath, rule, inputs);
    located.setStackTrace(getStackTrace());
    return located;
  }

  private static String message(String op, String path, String rule, List<Shape> inputs) {
    String where = path.isEmpty() ? op : op + " at " + path;
    // Only input 0 is known to be a batch: weights have no N.
    String shapes =
        IntStream.range(0, inputs.size())
            .mapToObj(i -> i == 0 ? inputs.get(0).batched() : inputs.get(i).toString())
            .collect(Collectors.joining(", "));
    return where + ": " + rule + "; input=" + shapes;
  }
}
