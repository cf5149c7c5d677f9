package dev.fovea.vision;

import dev.fovea.tensor.Tensor;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A named filter of pictures: a kernel or a rule made of kernels.
 *
 * @param name its name on the command line
 * @param description a short description of what it shows
 * @param chain the kernel and how its responses are shown, if it is a single kernel
 * @param show computes the filtered picture, with values 0 … 255, of a picture [H, W, C]
 */
public record ImageFilter(
    String name, String description, Optional<KernelChain> chain, UnaryOperator<Tensor> show) {

  /** Returns the filter of a kernel, shown in the usual way. */
  static ImageFilter of(String name, String description, ImageKernel kernel) {
    return of(name, description, kernel, KernelChain.Display.of(kernel));
  }

  /** Returns the filter of a kernel with a way to show it. */
  static ImageFilter of(
      String name, String description, ImageKernel kernel, KernelChain.Display display) {
    KernelChain chain = KernelChain.of(kernel, display);
    return new ImageFilter(name, description, Optional.of(chain), chain::apply);
  }

  /** Returns the kernel, if it is a single one. */
  public Optional<ImageKernel> kernel() {
    return chain.map(c -> c.kernels().getFirst());
  }

  /** Returns the picture as this filter shows it: values 0 … 255. */
  public Tensor apply(Tensor image) {
    Images.requirePicture(image);
    return show.apply(image);
  }
}
