package dev.fovea.engine;

import dev.fovea.engine.kernel.KernelProvider;
import dev.fovea.engine.runtime.Device;
import dev.fovea.engine.runtime.Processors;
import dev.fovea.engine.runtime.Workers;
import java.util.List;
import java.util.Optional;

/** Engines of chosen kernels, threads and devices, as tests need them. */
public final class Engines {
  private Engines() {}

  /** Returns an engine whose threads run the first provider's kernels where it has them. */
  public static Engine of(List<KernelProvider> providers, Workers workers) {
    return of(new Processors(providers, workers), workers);
  }

  /** Returns an engine whose programs a device runs. */
  public static Engine of(Device device, Workers workers) {
    return new Engine(device, workers, Optional.empty());
  }
}
