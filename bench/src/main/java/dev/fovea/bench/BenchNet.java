package dev.fovea.bench;

import dev.fovea.graph.Graph;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Model;
import dev.fovea.op.Contraction;
import dev.fovea.op.Value;
import dev.fovea.runtime.Engine;
import dev.fovea.runtime.Workers;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import java.util.List;
import java.util.function.Supplier;

/**
 * A network of the side-by-side benchmarks, with the same layers as PyTorch's script has.
 *
 * @param name the name in both
 * @param layers builds the network
 * @param input the shape of one picture [H, W, C]
 * @param classes the number of classes, per picture or per pixel
 * @param largeBatch the batch of throughput and training
 */
record BenchNet(String name, Supplier<Layer> layers, Shape input, int classes, int largeBatch) {

  /** Returns the model with random parameters. */
  Model model(Engine engine) {
    return Model.build(layers.get(), input, Seed.of(1), engine);
  }

  /** Returns the rows of the table on this number of threads. */
  List<Case> cases(int threads) {
    return List.of(
        new Case(name, Mode.INFER, 1, threads),
        new Case(name, Mode.INFER, largeBatch, threads),
        new Case(name, Mode.TRAIN, largeBatch, threads));
  }

  /**
   * Returns the operations of one forward pass of one picture: those of convolutions and dense
   * layers, a multiply-add counted as two.
   */
  long flops() {
    try (Workers none = new Workers(1)) {
      Model model = model(new Engine(List.of(), none));
      return Graph.topological(model.trace(1, false).outputs()).stream()
          .filter(v -> v.op() instanceof Contraction)
          .mapToLong(v -> v.op().flops(v.inputs().stream().map(Value::shape).toList(), v.shape()))
          .sum();
    }
  }
}
