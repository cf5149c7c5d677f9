package dev.fovea.formats;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a file says about its network, whether or not the network can be read.
 *
 * @param producer who wrote it; may be empty
 * @param inputs the inputs, in order
 * @param outputs the outputs, in order
 * @param operators how often the file uses each operator, in the order of first use
 * @param missing the operators that are not supported, each with all nodes that need it; what else
 *     keeps the network from being read, with what is wrong
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
   * @param extents the extents as they lie in the file, batch included; −1 where it leaves them
   *     free; none where it says nothing
   */
  public record Slot(String name, Optional<List<Integer>> extents) {}
}
