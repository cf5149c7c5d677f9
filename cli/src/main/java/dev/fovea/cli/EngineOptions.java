package dev.fovea.cli;

import dev.fovea.engine.Engine;
import dev.fovea.op.ConvolutionAlgorithm;
import dev.fovea.tensor.FoveaException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options for what computes: the number of threads and the algorithm of convolutions. */
final class EngineOptions {
  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Number of threads for computing; by default one per processor. It changes the"
              + " speed but not a single bit of the result. Reading and drawing pictures may use"
              + " further threads.")
  private int threads;

  @Option(
      names = "--conv",
      paramLabel = "NAME",
      description =
          "Algorithm of convolutions: direct (the definition), winograd (wherever"
              + " possible) or auto (the fastest for each shape; the default). It changes the"
              + " speed and the rounding of the result.")
  private @Nullable String conv;

  /** Returns an engine with this number of threads and this algorithm. */
  Engine engine() {
    int count = Range.threads(threads);
    return conv == null ? Engine.ofThreads(count) : Engine.ofThreads(count).with(algorithm(conv));
  }

  private static ConvolutionAlgorithm algorithm(String name) {
    return ConvolutionAlgorithm.named(name)
        .orElseThrow(
            () -> new FoveaException("--conv " + name + ": auto, direct or winograd expected"));
  }
}
