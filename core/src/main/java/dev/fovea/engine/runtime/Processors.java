package dev.fovea.engine.runtime;

import dev.fovea.engine.kernel.Job;
import dev.fovea.engine.kernel.Kernel;
import dev.fovea.engine.kernel.KernelProvider;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Providers;
import dev.fovea.engine.kernel.Span;
import dev.fovea.engine.kernel.TaskKernel;
import dev.fovea.op.ConvolutionAlgorithm;
import dev.fovea.op.Precision;
import dev.fovea.tensor.FoveaException;
import java.util.List;

/**
 * This machine's processors: threads share the tasks of each step.
 *
 * @param providers where kernels come from, the preferred provider first
 * @param workers the threads
 */
public record Processors(List<KernelProvider> providers, Workers workers) implements Device {
  public Processors {
    providers = List.copyOf(providers);
  }

  @Override
  public Processors with(ConvolutionAlgorithm algorithm) {
    return new Processors(providers.stream().map(p -> p.with(algorithm)).toList(), workers);
  }

  @Override
  public Processors with(Precision precision) {
    return new Processors(Providers.with(providers, precision), workers);
  }

  @Override
  public Processors with(Workers others) {
    return new Processors(providers, others);
  }

  @Override
  public Runnable bind(Kernel kernel, Operands operands, Span scratch) {
    if (!(kernel instanceof TaskKernel tasks)) {
      throw new FoveaException(
          "device: threads cannot run a kernel of another device, " + kernel.algorithm());
    }
    Job job = tasks.on(operands);
    return () -> workers.execute(job, scratch);
  }
}
