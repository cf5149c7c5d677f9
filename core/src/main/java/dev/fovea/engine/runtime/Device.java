package dev.fovea.engine.runtime;

import dev.fovea.engine.compile.Compiler;
import dev.fovea.engine.kernel.Kernel;
import dev.fovea.engine.kernel.KernelProvider;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.op.ConvolutionAlgorithm;
import dev.fovea.op.Precision;
import dev.fovea.tensor.FoveaException;
import java.util.List;

/**
 * What computes programs: providers of the kernels that they are compiled of, and the way to run
 * those kernels.
 *
 * <p>Programs, their memory and all that compiles them are the same for every device. One whose
 * processor has memory of its own copies what a step reads and writes.
 */
public interface Device {
  /** Returns where kernels come from, the preferred provider first. */
  List<KernelProvider> providers();

  /** Returns a compiler for this device's kernels. */
  default Compiler compiler() {
    return new Compiler(providers());
  }

  /** Returns this device with convolutions computed so. */
  Device with(ConvolutionAlgorithm algorithm);

  /**
   * Returns this device with factors of products of this precision.
   *
   * @throws FoveaException if it has no kernels for it
   */
  default Device with(Precision precision) {
    if (precision != Precision.FLOAT32) {
      throw new FoveaException("precision " + precision.text() + ": this device has fp32 alone");
    }
    return this;
  }

  /** Returns this device with its work shared by these threads; itself, if it has its own. */
  default Device with(Workers workers) {
    return this;
  }

  /**
   * Returns what runs a step, any number of times, and returns when its result is there; one caller
   * at a time.
   *
   * @param kernel a kernel of this device's providers
   * @param operands what it is to work on, which stays where it is
   * @param scratch memory for the duration of a run, as much as the kernel's footprint says
   */
  Runnable bind(Kernel kernel, Operands operands, Span scratch);
}
