package dev.fovea.op;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import java.nio.FloatBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A call of a Java function in the middle of a program: for rare operators of imported networks
 * that no other op expresses, such as a search for the largest elements.
 *
 * <p>The result has a fixed shape, and the whole call is one task. Without a derivative no gradient
 * flows: a parameter before the call cannot be trained. Two calls are equal only if they hold the
 * same function object.
 *
 * @param name the name used in listings, such as {@code TopK}
 * @param result the shape of the result
 * @param function what computes it
 * @param derivative what its gradient is; null if it has none
 */
public record HostCall(
    String name, Shape result, Function function, @Nullable Derivative derivative) implements Op {
  /** Creates a call through which no gradient flows. */
  public HostCall(String name, Shape result, Function function) {
    this(name, result, function, null);
  }

  /** The gradient of a call, as {@link Op#gradient} gives it. */
  @FunctionalInterface
  public interface Derivative {
    /**
     * Returns, per input of {@code y}, the gradient with respect to it; {@code null} where none
     * flows.
     */
    List<@Nullable Value> gradient(Value y, Value dy);
  }

  /** What a call computes. */
  @FunctionalInterface
  public interface Function {
    /**
     * Computes the result; it may be called by several threads at once, with operands of their own.
     *
     * @param inputs the elements of each input, row-major, to be read only
     * @param output where all elements of the result go
     */
    void apply(List<FloatBuffer> inputs, FloatBuffer output);
  }

  @Override
  public Shape shape(List<Shape> inputs) {
    return result;
  }

  @Override
  public List<@Nullable Value> gradient(Value y, Value dy) {
    if (derivative != null) {
      return derivative.gradient(y, dy);
    }
    // Nothing before the call would learn, and nobody would notice.
    throw new FoveaException(
        name
            + ": no gradient flows through it, so what comes before it cannot be trained; freeze"
            + " those parameters");
  }
}
