package dev.fovea.formats.weights;

import dev.fovea.formats.Format;
import dev.fovea.formats.ImportedNetwork;
import dev.fovea.formats.Port;
import dev.fovea.nn.Model;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Makes imported networks of layer graphs. */
public final class LayerImport {
  private LayerImport() {}

  /** Returns the network of a file in which images lie as N, C, H, W. */
  public static ImportedNetwork channelsFirst(
      Format format, String producer, LayerGraph graph, Map<String, Tensor> weights) {
    return of(format, producer, graph, weights, true);
  }

  /** Returns the network of a file in which images lie as N, H, W, C. */
  public static ImportedNetwork channelsLast(
      Format format, String producer, LayerGraph graph, Map<String, Tensor> weights) {
    return of(format, producer, graph, weights, false);
  }

  private static ImportedNetwork of(
      Format format,
      String producer,
      LayerGraph graph,
      Map<String, Tensor> weights,
      boolean channelsFirst) {
    List<Port> inputs = new ArrayList<>();
    graph.inputs().forEach((name, shape) -> inputs.add(port(name, shape, channelsFirst)));
    List<Shape> shapes =
        Model.build(graph, List.copyOf(graph.inputs().values()), Seed.of(0), LayerGraph.idle())
            .outputs();
    List<Port> outputs = new ArrayList<>();
    for (int i = 0; i < shapes.size(); i++) {
      outputs.add(port(graph.outputs().get(i), shapes.get(i), channelsFirst));
    }
    return new ImportedNetwork(
            format, producer, graph, inputs, outputs, graph.operators(), Map.of())
        .withWeights(weights);
  }

  private static Port port(String name, Shape sample, boolean channelsFirst) {
    return channelsFirst && sample.rank() == 3
        ? Port.image(name, sample)
        : Port.plain(name, sample);
  }
}
