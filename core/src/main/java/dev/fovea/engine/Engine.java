package dev.fovea.engine;

import dev.fovea.engine.kernel.Providers;
import dev.fovea.engine.runtime.Device;
import dev.fovea.engine.runtime.Processors;
import dev.fovea.engine.runtime.Workers;
import dev.fovea.op.ConvolutionAlgorithm;
import dev.fovea.op.Precision;
import dev.fovea.tensor.FoveaException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What runs networks: the kernels that compute, and the threads that share their work.
 *
 * <p>Results do not depend on the number of threads. Any number of models and callers may share an
 * engine.
 *
 * <p>Where only the scalar kernels can run, the first engine of a process warns through {@link
 * System.Logger}, under the name {@code dev.fovea}, with the line of {@link #notice}.
 */
public final class Engine implements AutoCloseable {
  private final Device device;
  private final Workers workers;
  private final Optional<String> notice;

  Engine(Device device, Workers workers, Optional<String> notice) {
    this.device = device;
    this.workers = workers;
    this.notice = notice;
  }

  private Engine(Providers found, Workers workers) {
    this(new Processors(found.chain(), workers), workers, found.notice());
  }

  /**
   * Returns the engine that all of this process shares, with the best kernels that can run and one
   * thread per processor. Its threads start with the first call and last as long as the process;
   * closing it does nothing.
   *
   * @throws FoveaException if a system property asks for what cannot run
   */
  public static Engine shared() {
    Providers _ = Found.PROVIDERS.get(); // before Shared, whose initialiser could throw errors only
    return Shared.ENGINE;
  }

  /**
   * Returns a new engine with the best kernels that can run and this number of threads.
   *
   * @throws FoveaException if a system property asks for what cannot run
   * @throws IllegalArgumentException if {@code threads} is below 1
   */
  public static Engine ofThreads(int threads) {
    return new Engine(Found.PROVIDERS.get(), new Workers(threads));
  }

  /** Returns an engine on the same threads that computes convolutions with this algorithm. */
  public Engine with(ConvolutionAlgorithm algorithm) {
    return new Engine(device.with(algorithm), workers, notice);
  }

  /**
   * Returns an engine on the same threads that rounds the factors of products to this precision
   * where that is faster. Sums, and all else, are 32-bit floats, and so are weights and gradients.
   *
   * @throws FoveaException if the processor, or the kernels in use, cannot compute so
   */
  public Engine with(Precision precision) {
    return new Engine(device.with(precision), workers, notice);
  }

  /**
   * Returns an engine with the kernels of this one and no threads: who asks computes. Small
   * networks take about as long, and leave the other processors to others.
   */
  public Engine alone() {
    Workers caller = new Workers(1);
    return new Engine(device.with(caller), caller, notice);
  }

  /**
   * Returns an engine without kernels: networks can be built, summarised and saved with it but not
   * run.
   */
  public static Engine idle() {
    Workers caller = new Workers(1);
    return new Engine(new Processors(List.of(), caller), caller, Optional.empty());
  }

  /**
   * Returns why the vector kernels are not used, and what to add so that they are; empty if they
   * are used or the system property {@value Providers#PROPERTY} named others.
   */
  public Optional<String> notice() {
    return notice;
  }

  /**
   * Returns a part of this engine: Fovea's own modules know the types, which other modules cannot
   * name.
   *
   * @throws ClassCastException if no part is of this type
   */
  public <T> T unwrap(Class<T> type) {
    return type.cast(type.isInstance(device) ? device : workers);
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

  /** Returns how precise the factors of products are. */
  public Precision precision() {
    return device.providers().getFirst().precision();
  }

  /**
   * Returns an engine that computes convolutions by their definition unless this one has a fixed
   * algorithm, and products of floats; sums of integers are then exact.
   */
  public Engine exact() {
    boolean chooses =
        device.providers().stream()
            .limit(1)
            .anyMatch(p -> p.convolutions() == ConvolutionAlgorithm.AUTO);
    Engine direct = chooses ? with(ConvolutionAlgorithm.DIRECT) : this;
    return direct.with(Precision.FLOAT32);
  }

  /**
   * Stops the threads; later work on this engine runs on the caller's thread. Does nothing to the
   * threads of the {@linkplain #shared() shared} engine.
   */
  @Override
  public void close() {
    workers.close();
  }

  /** Created by the first call of {@link #shared}, which starts the threads. */
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
