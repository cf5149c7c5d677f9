package dev.fovea.vision;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.ImageKernel.Border;
import java.util.List;

/**
 * Image kernels that are applied to a picture one after the other, and how the responses of the
 * last become visible.
 *
 * @param kernels the kernels, the first first; each reads the responses of the one before it
 * @param border how each treats pixels beyond the border
 * @param stride by how many pixels each moves on, down and across
 * @param display how responses become values 0 … 255
 */
public record KernelChain(
    List<ImageKernel> kernels, Border border, int stride, KernelChain.Display display) {

  /** The sum of the positive weights from which on edges are well visible. */
  static final double STRENGTH = 4;

  /**
   * How the responses of a kernel become visible, each then limited to 0 … 255. Where signs matter
   * or are taken away, a kernel whose positive weights sum to less than 4 is amplified until they
   * do, as those of Sobel's kernels.
   */
  public enum Display {
    /** Unchanged: for kernels that preserve brightness. */
    PLAIN,
    /** Absolute values: for kernels that respond to edges of both directions. */
    ABSOLUTE,
    /** Positive responses only. */
    POSITIVE,
    /** Half the response above or below 128: no response is grey, negative ones are darker. */
    SIGNED;

    /** Returns the usual way for a kernel: plain if its weights sum to more than zero. */
    public static Display of(ImageKernel kernel) {
      return kernel.sum() > 1e-4 ? PLAIN : ABSOLUTE;
    }

    private float gain(ImageKernel kernel) {
      double positive = kernel.positiveSum();
      return this == PLAIN || positive == 0 ? 1 : (float) Math.max(1, STRENGTH / positive);
    }

    private float shown(float response) {
      return switch (this) {
        case PLAIN, POSITIVE -> response;
        case ABSOLUTE -> Math.abs(response);
        case SIGNED -> 128 + response / 2;
      };
    }
  }

  /**
   * Checks that there is a kernel and that the stride is positive.
   *
   * @throws FoveaException otherwise
   */
  public KernelChain {
    kernels = List.copyOf(kernels);
    if (kernels.isEmpty()) {
      throw new FoveaException("chain of kernels: at least one kernel expected");
    }
    ImageKernel.requireStride(stride);
  }

  /** Returns the chain of one kernel as {@link ImageKernels} shows it: at every pixel. */
  static KernelChain of(ImageKernel kernel, Display display) {
    return new KernelChain(List.of(kernel), Border.REPLICATE, 1, display);
  }

  /**
   * Returns the responses of the last kernel to a picture [H, W, C].
   *
   * @throws FoveaException if a kernel is larger than what it is applied to
   */
  public Tensor responses(Tensor image) {
    Tensor responses = image;
    for (ImageKernel kernel : kernels) {
      responses = kernel.correlate(responses, border, stride);
    }
    return responses;
  }

  /**
   * Returns the picture that shows the responses, with values 0 … 255.
   *
   * @throws FoveaException if a kernel is larger than what it is applied to
   */
  public Tensor apply(Tensor image) {
    return shown(responses(image));
  }

  /** Returns the picture that shows responses of this chain, with values 0 … 255. */
  public Tensor shown(Tensor responses) {
    float gain = display.gain(kernels.getLast());
    float[] v = responses.data().clone();
    for (int i = 0; i < v.length; i++) {
      v[i] = Math.clamp(display.shown(v[i] * gain), 0, 255);
    }
    return Tensor.of(responses.shape(), v);
  }
}
