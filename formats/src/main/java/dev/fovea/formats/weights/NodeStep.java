package dev.fovea.formats.weights;

import dev.fovea.nn.Layer;
import dev.fovea.nn.Signal;
import java.util.List;
import java.util.function.Function;

/** What a node of a {@link LayerGraph} does with the results of the nodes before it. */
@FunctionalInterface
public interface NodeStep {
  /**
   * Applies the step.
   *
   * @param name the node's name, its part of the path
   * @param inputs what reaches the node, at least one signal
   */
  Signal apply(String name, List<Signal> inputs);

  /** Returns the step that applies a layer to the only input. */
  static NodeStep of(Layer layer) {
    return (name, inputs) -> layer.named(name).apply(inputs.get(0));
  }

  /** Returns the step that is an expression on all inputs, without parameters. */
  static NodeStep join(String kind, Function<List<Signal>, Signal> function) {
    return (name, inputs) -> new Join(kind, inputs, function).named(name).apply(inputs.get(0));
  }

  /** A layer that knows further inputs. */
  record Join(String kind, List<Signal> inputs, Function<List<Signal>, Signal> function)
      implements Layer {
    @Override
    public Signal forward(Signal x) {
      return function.apply(inputs);
    }
  }
}
