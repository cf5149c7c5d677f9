package dev.fovea.nn;

import dev.fovea.graph.Paths;
import dev.fovea.op.Value;
import java.util.List;
import java.util.Map;

/**
 * A network as a graph at one batch size, in one mode: what training and inference are compiled
 * from.
 *
 * @param inputs the inputs, each named by {@link #input(int)}
 * @param outputs the outputs
 * @param parameters the parameters by name
 * @param updates the next value of each tracked state by name; only in training
 * @param paths the layer paths of values
 * @param visits what each layer did
 */
public record Traced(
    List<Value> inputs,
    List<Value> outputs,
    Map<String, Value> parameters,
    Map<String, Value> updates,
    Paths paths,
    List<Trace.Visit> visits) {

  /** Returns the name of input {@code i}. */
  public static String input(int i) {
    return "input" + i;
  }

  /** Returns the name that output {@code i} has in a plan of inference. */
  static String output(int i) {
    return "output" + i;
  }
}
