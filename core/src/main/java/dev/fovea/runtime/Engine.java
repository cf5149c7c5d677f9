package dev.fovea.runtime;

import dev.fovea.compile.Compiler;
import dev.fovea.kernel.ConvolutionAlgorithm;
import dev.fovea.kernel.KernelProvider;
import dev.fovea.kernel.Providers;
import java.util.List;

/**
 * What computes: the device that runs programs, and the threads of this machine that share all
 * other work.
 *
 * <p>Results do not depend on the number of threads. An engine may be shared by any number of
 * models and callers.
 *
 * @param device what runs programs
 * @param workers the threads
 */
public record Engine(Device device, Workers workers) implements AutoCloseable {

  /**
   * Creates an engine whose threads run programs too, of the first provider's kernels where it has
   * them.
   */
  public Engine(List<KernelProvider> providers, Workers workers) {
    this(new Processors(providers, workers), workers);
  }

  /** Returns the engine of this process: the best provider that can run, all processors. */
  public static Engine shared() {
    return Shared.ENGINE;
  }

  /** Returns an engine of its own with the best provider and this number of threads. */
  public static Engine ofThreads(int threads) {
    return new Engine(Providers.choose().chain(), new Workers(threads));
  }

  /** Returns this engine with convolutions computed so, on the same threads. */
  public Engine with(ConvolutionAlgorithm algorithm) {
    return new Engine(device.with(algorithm), workers);
  }

  /** Returns where kernels come from, the preferred provider first. */
  public List<KernelProvider> providers() {
    return device.providers();
  }

  /** Returns which algorithm computes convolutions. */
  public ConvolutionAlgorithm convolutions() {
    return providers().getFirst().convolutions();
  }

  /** Returns a compiler for this engine's kernels. */
  public Compiler compiler() {
    return new Compiler(providers());
  }

  /** Ends the threads; what still uses the engine computes on the caller's thread. */
  @Override
  public void close() {
    workers.close();
  }

  /** Made when first asked for, so that nothing starts threads unasked. */
  private static final class Shared {
    static final Engine ENGINE = ofThreads(Runtime.getRuntime().availableProcessors());
  }
}
