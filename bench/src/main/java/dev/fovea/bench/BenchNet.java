package dev.fovea.bench;

import dev.fovea.engine.Engine;
import dev.fovea.engine.graph.Graph;
import dev.fovea.formats.Formats;
import dev.fovea.formats.ImportedNetwork;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Model;
import dev.fovea.op.Contraction;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A network of the side-by-side benchmarks: one with the same layers as PyTorch's script has, or
 * one from a file.
 *
 * @param name the name in both, or the file
 * @param models builds the network for what computes
 * @param input the shape of one picture [H, W, C]
 * @param classes the number of classes, per picture or per pixel; 0 for a network from a file
 * @param largeBatch the batch of throughput and training
 */
record BenchNet(
    String name, Function<Engine, Model> models, Shape input, int classes, int largeBatch) {
  private static final int FILE_BATCH = 16;

  /** Returns a network with random parameters. */
  static BenchNet of(
      String name, Supplier<Layer> layers, Shape input, int classes, int largeBatch) {
    Function<Engine, Model> models = e -> Model.build(layers.get(), input, Seed.of(1), e);
    return new BenchNet(name, models, input, classes, largeBatch);
  }

  /**
   * Returns the network of a file of any known format.
   *
   * @throws FoveaException if it is not read, or takes several inputs
   */
  static BenchNet of(Path file) {
    ImportedNetwork network = Formats.read(file);
    if (network.inputs().size() != 1) {
      throw new FoveaException(
          "--net %s: takes %s inputs, one expected".formatted(file, network.inputs().size()));
    }
    Shape input = network.inputs().get(0).sample();
    return new BenchNet(file.toString(), network::model, input, 0, FILE_BATCH);
  }

  /** Returns this network in 8 bits, for inference alone, from a file that is made when needed. */
  BenchNet inBytes() {
    return new BenchNet(
        name + BytesFile.SUFFIX,
        e -> Formats.read(BytesFile.of(this)).model(e),
        input,
        0,
        largeBatch);
  }

  /** Returns whether the network is one from a file. */
  private boolean isOfFile() {
    return classes == 0;
  }

  /** Returns the model, with random parameters but for those of a file. */
  Model model(Engine engine) {
    return models.apply(engine);
  }

  /** Returns the rows of the table on this number of threads. */
  List<Case> cases(int threads) {
    if (isOfFile()) {
      return List.of(
          new Case(name, Mode.INFER, 1, threads), new Case(name, Mode.INFER, largeBatch, threads));
    }
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
    return Graph.topological(model(Engine.idle()).trace(1, false).outputs()).stream()
        .filter(v -> v.op() instanceof Contraction)
        .mapToLong(v -> v.op().flops(v.inputs().stream().map(Value::shape).toList(), v.shape()))
        .sum();
  }
}
