package dev.fovea.cli;

import dev.fovea.runtime.Engine;
import picocli.CommandLine.Option;

/** The option for the number of threads. */
final class ThreadOption {
  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Number of threads that compute; by default one per processor. Changes the speed, not one"
              + " bit of the result. Reading and drawing pictures may use further ones.")
  private int threads;

  /** Returns an engine with this number of threads. */
  Engine engine() {
    return Engine.ofThreads(Range.threads(threads));
  }
}
