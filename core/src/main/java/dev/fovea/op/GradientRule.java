package dev.fovea.op;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the gradient of a scalar passes from the result of an op to its inputs.
 *
 * <p>Another rule than {@link #EXACT} gives what is no gradient but shows more than one: guided
 * backpropagation and the deconvnet differ from it at rectifiers alone. Within the step of a {@link
 * Scan} gradients are exact.
 */
@FunctionalInterface
public interface GradientRule {
  /** Each op's own gradient. */
  GradientRule EXACT = (y, dy) -> y.op().gradient(y, dy);

  /** Returns one value per input of {@code y}, as {@link Op#gradient} does. */
  List<@Nullable Value> gradient(Value y, Value dy);
}
