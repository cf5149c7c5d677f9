package dev.fovea.engine.kernel;

import dev.fovea.op.ConvolutionAlgorithm;
import dev.fovea.op.Layout;
import dev.fovea.op.Precision;
import dev.fovea.tensor.FoveaException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A source of kernels for one way of computing: plain loops, vector instructions.
 *
 * <p>The scalar one is always there; it knows every op and is the specification. Others are found
 * by {@link java.util.ServiceLoader}; they may know some ops only and leave the rest to it.
 */
public interface KernelProvider {
  /** Returns the name, such as {@code simd}. */
  String name();

  /** Returns the rank among providers that can run; the highest is chosen. */
  int priority();

  /**
   * Returns why this provider cannot run here and how to enable it, in one line; empty if it can.
   */
  Optional<String> problem();

  /**
   * Returns why this provider, though it can run, is slower here than the scalar kernels, and what
   * to change, in one line; empty if it is not. It is then used only where asked for by name.
   */
  default Optional<String> slowness() {
    return Optional.empty();
  }

  /** Returns what else there is to say about how this provider computes here, in lines. */
  default List<String> remarks() {
    return List.of();
  }

  /** Returns what the user can do so that this provider is faster here, in one line. */
  default Optional<String> advice() {
    return Optional.empty();
  }

  /** Returns the width of the vectors in use in bits; 32 for plain loops. */
  int vectorBits();

  /** Returns the kernel for an op on such operands, or empty if this provider has none. */
  Optional<Kernel> kernel(Signature signature);

  /**
   * Returns the layout that the provider would rather have the weights of a contraction in, or
   * empty if it takes them row-major. The provider then has a kernel for {@link
   * dev.fovea.op.Movement.Pack} that brings them there, and one for the op with that layout.
   *
   * @param fixed whether the weights are packed once for many runs, so that packing costs nothing
   */
  default Optional<Layout> layout(Signature signature, boolean fixed) {
    return Optional.empty();
  }

  /** Returns which algorithm computes convolutions; {@code AUTO} if there is one only. */
  default ConvolutionAlgorithm convolutions() {
    return ConvolutionAlgorithm.AUTO;
  }

  /** Returns this provider with convolutions computed so; itself if it has one algorithm only. */
  default KernelProvider with(ConvolutionAlgorithm algorithm) {
    return this;
  }

  /** Returns how precise the factors of products are. */
  default Precision precision() {
    return Precision.FLOAT32;
  }

  /**
   * Returns this provider with factors of products of this precision.
   *
   * @throws FoveaException if it has no kernels for it here; the message says why
   */
  default KernelProvider with(Precision precision) {
    if (precision != Precision.FLOAT32) {
      throw new FoveaException(
          "precision " + precision.text() + ": the " + name() + " kernels have fp32 alone");
    }
    return this;
  }

  /**
   * Returns the most GFLOP/s of fused multiply-adds (each counted as two) that the calling thread
   * reached on registers alone, measured until it gained no more for {@code time}; empty if the
   * provider cannot tell.
   */
  default OptionalDouble peakGflops(Duration time) {
    return OptionalDouble.empty();
  }

  /**
   * Returns how many times as fast products of bfloat16 are as those of floats, without the
   * rounding of factors, on the calling thread, measured until neither gained for {@code time};
   * empty if the provider has none here.
   */
  default OptionalDouble gainOfBfloat16(Duration time) {
    return OptionalDouble.empty();
  }
}
