package dev.fovea.vision;

import dev.fovea.tensor.Tensor;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A named filter of pictures: a kernel or a rule made of kernels.
 *
 * @param name its name on the command line
 * @param description a short description of what it shows
 * @param kernel the kernel, if it is a single one
 * @param show computes the filtered picture, with values 0 … 255, of a picture [H, W, C]
 */
public record ImageFilter(
    String name, String description, Optional<ImageKernel> kernel, UnaryOperator<Tensor> show) {

  /** The sum of the positive weights from which on edges are well visible. */
  static final double STRENGTH = 4;

  /** How the responses of a kernel become visible, each then limited to 0 … 255. */
  enum Display {
    /** Unchanged: for kernels that preserve brightness. */
    PLAIN,
    /** Absolute values: for kernels that respond to edges of both directions. */
    ABSOLUTE,
    /** Positive responses only: for kernels whose sign matters. */
    POSITIVE
  }

  /**
   * Returns the filter of a kernel: responses as they are where its weights sum to more than zero,
   * their absolute value otherwise.
   */
  static ImageFilter of(String name, String description, ImageKernel kernel) {
    Display display = kernel.sum() > 1e-4 ? Display.PLAIN : Display.ABSOLUTE;
    return of(name, description, kernel, display);
  }

  /**
   * Returns the filter of a kernel with a way to show it; faint kernels are amplified until their
   * positive weights sum to 4, as those of Sobel's do.
   */
  static ImageFilter of(String name, String description, ImageKernel kernel, Display display) {
    double gain = display == Display.PLAIN ? 1 : Math.max(1, STRENGTH / kernel.positiveSum());
    return new ImageFilter(
        name,
        description,
        Optional.of(kernel),
        image -> visible(kernel.correlate(image), display, (float) gain));
  }

  /** Returns the picture as this filter shows it: values 0 … 255. */
  public Tensor apply(Tensor image) {
    Images.requirePicture(image);
    return show.apply(image);
  }

  private static Tensor visible(Tensor responses, Display display, float gain) {
    float[] v = responses.data();
    for (int i = 0; i < v.length; i++) {
      float signed = v[i] * gain;
      v[i] = Math.clamp(display == Display.ABSOLUTE ? Math.abs(signed) : signed, 0, 255);
    }
    return responses;
  }
}
