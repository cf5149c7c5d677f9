package dev.fovea.kernel;

import dev.fovea.op.Op;
import dev.fovea.tensor.Shape;
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

  /** Returns the width of the vectors in use in bits; 32 for plain loops. */
  int vectorBits();

  /** Returns the kernel for an op at these shapes, or empty if this provider has none. */
  Optional<Kernel> kernel(Op op, List<Shape> inputs, Shape output);

  /**
   * Returns the shape of input 1 of {@code op} in the layout the provider would rather have it in,
   * or empty if it takes the plain one. The provider then has a kernel for {@link
   * dev.fovea.op.Movement.Pack} that brings it there, and takes {@code op} with {@code packedFrom}.
   *
   * @param fixed whether input 1 is packed once for many runs, so that packing costs nothing
   */
  default Optional<Shape> packed(Op op, List<Shape> inputs, Shape output, boolean fixed) {
    return Optional.empty();
  }

  /** Returns the layout of an input 1 that is packed once for many runs. */
  default Optional<Shape> packed(Op op, List<Shape> inputs, Shape output) {
    return packed(op, inputs, output, true);
  }

  /** Returns which algorithm computes convolutions; {@code AUTO} if there is one only. */
  default ConvolutionAlgorithm convolutions() {
    return ConvolutionAlgorithm.AUTO;
  }

  /** Returns this provider with convolutions computed so; itself if it has one algorithm only. */
  default KernelProvider with(ConvolutionAlgorithm algorithm) {
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
}
