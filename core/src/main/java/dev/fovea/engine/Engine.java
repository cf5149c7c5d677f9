package dev.fovea.engine;

import dev.fovea.engine.kernel.KernelProvider;
import dev.fovea.engine.kernel.Providers;
import dev.fovea.engine.runtime.Device;
import dev.fovea.engine.runtime.Processors;
import dev.fovea.engine.runtime.Workers;
import dev.fovea.op.ConvolutionAlgorithm;
import dev.fovea.tensor.FoveaException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What computes: the device that runs programs, and the threads of this machine that share all
 * other work.
 *
 * <p>Results do not depend on the number of threads. An engine may be shared by any number of
 * models and callers.
 *
 * <p>Where only the scalar kernels can run, the first engine of a process warns through {@link
 * System.Logger}, under the name {@code dev.fovea}, with the line of {@link #notice}.
 *
 * @param device what runs programs
 * @param workers the threads
 * @param notice why the vector kernels are not used, and what to add so that they are; empty if
 *     they are used or others were asked for by {@value Providers#PROPERTY}
 */
public record Engine(Device device, Workers workers, Optional<String> notice)
    implements AutoCloseable {

  /** Creates an engine of a device that the caller chose: there is nothing to notice. */
  public Engine(Device device, Workers workers) {
    this(device, workers, Optional.empty());
  }

  /**
   * Creates an engine whose threads run programs too, of the first provider's kernels where it has
   * them.
   */
  public Engine(List<KernelProvider> providers, Workers workers) {
    this(new Processors(providers, workers), workers);
  }

  private Engine(Providers found, Workers workers) {
    this(new Processors(found.chain(), workers), workers, found.notice());
  }

  /**
   * Returns the engine of this process: the best provider that can run, all processors. Its threads
   * start with the first call and last as long as the process; closing it does nothing.
   *
   * @throws FoveaException if a system property asks for what cannot run
   */
  public static Engine shared() {
    Providers _ = Found.PROVIDERS.get(); // before Shared, whose initialiser could throw errors only
    return Shared.ENGINE;
  }

  /**
   * Returns an engine of its own with the best provider and this number of threads.
   *
   * @throws FoveaException if a system property asks for what cannot run
   * @throws IllegalArgumentException if {@code threads} is below 1
   */
  public static Engine ofThreads(int threads) {
    return new Engine(Found.PROVIDERS.get(), new Workers(threads));
  }

  /** Returns this engine with convolutions computed so, on the same threads. */
  public Engine with(ConvolutionAlgorithm algorithm) {
    return new Engine(device.with(algorithm), workers, notice);
  }

  /**
   * Returns an engine without kernels, on which networks can be built, counted and saved but not
   * run.
   */
  public static Engine idle() {
    return new Engine(List.of(), new Workers(1));
  }

  /** Returns the name of the preferred kernels: {@code simd} or {@code scalar}. */
  public String kernels() {
    return device.providers().getFirst().name();
  }

  /** Returns the number of threads, the caller's included. */
  public int threads() {
    return workers.threads();
  }

  /** Returns which algorithm computes convolutions. */
  public ConvolutionAlgorithm convolutions() {
    return device.providers().getFirst().convolutions();
  }

  /**
   * Returns this engine with convolutions that do as the definition says where it would choose:
   * sums of whole numbers are then exact.
   */
  public Engine exact() {
    boolean chooses =
        device.providers().stream()
            .limit(1)
            .anyMatch(p -> p.convolutions() == ConvolutionAlgorithm.AUTO);
    return chooses ? with(ConvolutionAlgorithm.DIRECT) : this;
  }

  /**
   * Ends the threads; what still uses the engine computes on the caller's thread. Does nothing to
   * the threads of the {@linkplain #shared() shared} engine.
   */
  @Override
  public void close() {
    workers.close();
  }

  /** Made when first asked for, so that nothing starts threads unasked. */
  private static final class Shared {
    static final Engine ENGINE =
        new Engine(
            Found.PROVIDERS.get(), Workers.lasting(Runtime.getRuntime().availableProcessors()));
  }

  /** The kernels that the process found when it first needed any, or the reason why not. */
  private static final class Found {
    static final Supplier<Providers> PROVIDERS = find();

    private static Supplier<Providers> find() {
      try {
        Providers found = Providers.choose();
        if (found.notice().isPresent()) {
          System.getLogger("dev.fovea").log(System.Logger.Level.WARNING, found.notice().get());
        }
        return () -> found;
      } catch (FoveaException e) {
        return () -> {
          throw new FoveaException(String.valueOf(e.getMessage()), e);
        };
      }
    }
  }
}
