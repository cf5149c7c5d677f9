package dev.fovea.serve;

import dev.fovea.engine.Engine;
import dev.fovea.formats.ImportedNetwork;
import dev.fovea.formats.Port;
import dev.fovea.io.Text;
import dev.fovea.nn.Model;
import dev.fovea.serve.batch.Batching;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A model as a server knows it.
 *
 * @param name the name in addresses: letters, digits, {@code . _ -}
 * @param version the version in addresses, a whole number from 1; the highest answers where none is
 *     asked for
 * @param model the model, which nobody trains meanwhile
 * @param inputs its inputs as clients see them, in order
 * @param outputs its outputs as clients see them, in order
 * @param batching how requests become batches
 */
public record ServedModel(
    String name,
    int version,
    Model model,
    List<Port> inputs,
    List<Port> outputs,
    Batching batching) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

  /**
   * Checks the name and the version, and copies the lists.
   *
   * @throws FoveaException if one of them cannot be in an address, or the ports are not the model's
   */
  public ServedModel {
    if (!NAME.matcher(name).matches()) {
      throw new FoveaException(
          "served model: a name has letters, digits, ., _ and - and begins with one of the first"
              + " two, got \"%s\"".formatted(Text.shown(name)));
    }
    if (version < 1) {
      throw new FoveaException(
          "served model %s: a version is a number from 1, got %s".formatted(name, version));
    }
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    if (!samples(inputs).equals(model.inputs()) || !samples(outputs).equals(model.outputs())) {
      throw new FoveaException(
          "served model %s: its inputs are %s and its outputs %s, got ports of %s and %s"
              .formatted(name, model.inputs(), model.outputs(), samples(inputs), samples(outputs)));
    }
  }

  private static List<Shape> samples(List<Port> ports) {
    return ports.stream().map(Port::sample).toList();
  }

  /**
   * Returns version 1 of a model whose input is called {@code input} and whose output is called
   * {@code output}, or {@code input0}, {@code input1} … if there are several, with axes in the
   * order of its tensors (N, H, W, C).
   */
  public static ServedModel of(String name, Model model) {
    return new ServedModel(
        name,
        1,
        model,
        plain("input", model.inputs()),
        plain("output", model.outputs()),
        Batching.usual());
  }

  /**
   * Returns version 1 of a network from a file of another tool, with the names and the order of
   * axes of that file.
   */
  public static ServedModel of(String name, ImportedNetwork network, Engine engine) {
    return new ServedModel(
        name, 1, network.model(engine), network.inputs(), network.outputs(), Batching.usual());
  }

  private static List<Port> plain(String kind, List<Shape> shapes) {
    List<Port> ports = new ArrayList<>();
    for (int i = 0; i < shapes.size(); i++) {
      ports.add(Port.plain(shapes.size() == 1 ? kind : kind + i, shapes.get(i)));
    }
    return ports;
  }

  /** Returns this with another version. */
  public ServedModel version(int number) {
    return new ServedModel(name, number, model, inputs, outputs, batching);
  }

  /** Returns this with another way to make batches. */
  public ServedModel batching(Batching rule) {
    return new ServedModel(name, version, model, inputs, outputs, rule);
  }
}
