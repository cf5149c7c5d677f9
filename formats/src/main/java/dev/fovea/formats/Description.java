package dev.fovea.formats;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The information that a file has about its network, whether or not the network can be read.
 *
 * @param producer the tool that wrote the file; may be empty
 * @param inputs the inputs, in order
 * @param outputs the outputs, in order
 * @param operators how often the file uses each operator, in the order of first use
 * @param missing the unsupported operators, each with all nodes that need it, and any other reason
 *     why the network cannot be read
 */
public record Description(
    String producer,
    List<Slot> inputs,
    List<Slot> outputs,
    Map<String, Integer> operators,
    Map<String, List<String>> missing) {
  /** Copies the lists. */
  public Description {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    operators = Collections.unmodifiableMap(new LinkedHashMap<>(operators));
    missing = Collections.unmodifiableMap(new LinkedHashMap<>(missing));
  }

  /**
   * An input or output.
   *
   * @param name its name
   * @param extents the extents in the file's order of axes, including the batch; −1 for free
   *     extents; empty if the file has none
   */
  public record Slot(String name, Optional<List<Integer>> extents) {}
}
