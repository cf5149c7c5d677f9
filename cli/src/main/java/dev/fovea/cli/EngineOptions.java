package dev.fovea.cli;

import dev.fovea.engine.Engine;
import dev.fovea.engine.kernel.Providers;
import dev.fovea.op.ConvolutionAlgorithm;
import dev.fovea.op.Precision;
import dev.fovea.tensor.FoveaException;
import java.time.Duration;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options for what computes: threads, the algorithm of convolutions, precision. */
final class EngineOptions {
  private static final Duration MOMENT = Duration.ofMillis(50);

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

  @Option(
      names = "--precision",
      paramLabel = "NAME",
      description =
          "Precision of the factors of products: fp32 (the default), or bf16 where that is faster,"
              + " on processors with AVX512_BF16; a short measurement tells whether it is, and"
              + " else it is refused. Weights, sums and all else are 32-bit floats.")
  private @Nullable String precision;

  @Option(
      names = PrecisionCheck.FORCE,
      description = "Take --precision bf16 without a measurement, even where it is slower.")
  private boolean forced;

  /** Returns an engine with this number of threads, this algorithm and this precision. */
  Engine engine() {
    Engine engine = Engine.ofThreads(Range.threads(threads));
    engine = conv == null ? engine : engine.with(algorithm(conv));
    Precision wanted = precision == null ? null : precision(precision);
    if (forced && wanted != Precision.BFLOAT16) {
      throw new FoveaException(PrecisionCheck.FORCE + ": goes with --precision bf16 alone");
    }
    if (wanted == null) {
      return engine;
    }
    Engine chosen = engine.with(wanted);
    if (wanted == Precision.BFLOAT16 && !forced) {
      OptionalDouble gain = Providers.choose().chosen().gainOfBfloat16(MOMENT);
      System.err.println("fovea: " + PrecisionCheck.told(gain));
    }
    return chosen;
  }

  private static Precision precision(String name) {
    return Precision.named(name)
        .orElseThrow(() -> new FoveaException("--precision " + name + ": fp32 or bf16 expected"));
  }

  private static ConvolutionAlgorithm algorithm(String name) {
    return ConvolutionAlgorithm.named(name)
        .orElseThrow(
            () -> new FoveaException("--conv " + name + ": auto, direct or winograd expected"));
  }
}
