package dev.fovea.nn;

import dev.fovea.graph.Graph;
import dev.fovea.graph.Paths;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import java.util.List;
import java.util.Map;

/**
 * A network as a graph at one batch size, in one mode: what training and inference are compiled
 * from.
 *
 * @param inputs the inputs
 * @param outputs the outputs
 * @param parameters the parameters
 * @param updates the next value of each tracked state; only in training
 * @param paths the layer paths of values
 * @param visits what each layer did
 */
public record Traced(
    List<Value> inputs,
    List<Value> outputs,
    Map<Source.Parameter, Value> parameters,
    Map<Source.Parameter, Value> updates,
    Paths paths,
    List<Trace.Visit> visits) {

  /** Returns the function from the inputs to the outputs; nothing is updated. */
  public Graph graph() {
    return new Graph(inputs, outputs, Map.of(), Map.of(), paths);
  }
}
