package dev.fovea.runtime;

import dev.fovea.kernel.ConvolutionAlgorithm;
import dev.fovea.kernel.Job;
import dev.fovea.kernel.Kernel;
import dev.fovea.kernel.KernelProvider;
import dev.fovea.kernel.Operands;
import dev.fovea.kernel.Span;
import dev.fovea.kernel.TaskKernel;
import dev.fovea.tensor.FoveaException;
import java.util.List;

/**
 * This machine's processors: threads share the tasks of each step.
 *
 * @param providers where kernels come from, the preferred provider first
 * @param workers the threads
 */
record Processors(List<KernelProvider> providers, Workers workers) implements Device {
  Processors {
    providers = List.copyOf(providers);
  }

  @Override
  public Processors with(ConvolutionAlgorithm algorithm) {
    return new Processors(providers.stream().map(p -> p.with(algorithm)).toList(), workers);
  }

  @Override
  public Runnable bind(Kernel kernel, Operands operands, Span scratch) {
    if (!(kernel instanceof TaskKernel tasks)) {
      throw new FoveaException(
          "device: threads cannot run a kernel of another device, " + kernel.algorithm());
    }
    Job job = tasks.on(operands);
    return () -> workers.run(job, scratch);
  }
}
