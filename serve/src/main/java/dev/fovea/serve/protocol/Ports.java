package dev.fovea.serve.protocol;

import dev.fovea.formats.Port;
import dev.fovea.io.Suggest;
import dev.fovea.io.Text;
import dev.fovea.tensor.FoveaException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The inputs and outputs of a network as clients see them: with the names and the order of axes of
 * the file that it comes from.
 *
 * @param inputs the inputs, in order
 * @param outputs the outputs, in order
 */
public record Ports(List<Port> inputs, List<Port> outputs) {
  /** Copies the lists. */
  public Ports {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /** Returns the inputs for the metadata of a model. */
  public List<Object> describeInputs() {
    return describe(inputs);
  }

  /** Returns the outputs for the metadata of a model. */
  public List<Object> describeOutputs() {
    return describe(outputs);
  }

  /** Every tensor is told as what networks compute with, whatever type it has in a file. */
  private static List<Object> describe(List<Port> ports) {
    List<Object> all = new ArrayList<>();
    for (Port p : ports) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("name", p.name());
      one.put("datatype", DataType.FP32.name());
      one.put("shape", shape(-1, p));
      all.add(one);
    }
    return all;
  }

  /** Returns the shape of a batch; −1 for one of any size. */
  static List<Integer> shape(int batch, Port port) {
    List<Integer> shape = new ArrayList<>();
    shape.add(batch);
    for (int d : port.fileSample().dims()) {
      shape.add(d);
    }
    return shape;
  }

  /**
   * Returns the number of the port of a name.
   *
   * @throws FoveaException if there is none
   */
  static int find(List<Port> ports, String name, String what) {
    List<String> names = ports.stream().map(Port::name).toList();
    int i = names.indexOf(name);
    if (i < 0) {
      throw new FoveaException(
          "the model has no %s \"%s\"%s"
              .formatted(what, Text.shown(name), Suggest.hint(name, names)));
    }
    return i;
  }
}
