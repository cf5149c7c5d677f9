package dev.fovea.vision;

import dev.fovea.io.Suggest;
import dev.fovea.tensor.FoveaException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The classic image kernels, by name.
 *
 * <p>Responses of kernels with a positive sum of weights are shown unchanged, those of others as
 * absolute values. The difference of Gaussians shows positive responses only, as ganglion cells of
 * the retina do. Kernels whose weights add up to 0 and whose positive weights add up to less than 4
 * are amplified to 4. Values are clipped to 0 … 255.
 */
public final class ImageKernels {
  private static final double SIGMA_CENTRE = 1;
  private static final double SIGMA_SURROUND = 1.6;
  private static final String WITH_SIGMA = "gaussian:";

  private ImageKernels() {}

  /** Returns all filters in the order of the list. */
  public static List<ImageFilter> all() {
    List<ImageFilter> all = new ArrayList<>();
    addSmoothing(all);
    addEdges(all);
    addCells(all);
    return List.copyOf(all);
  }

  private static void addSmoothing(List<ImageFilter> all) {
    add(all, "identity", "the picture itself", "0 0 0; 0 1 0; 0 0 0", 1);
    add(all, "box", "mean of 3×3", "1 1 1; 1 1 1; 1 1 1", 1 / 9.0);
    add(all, "gaussian", "weighted mean of 3×3", "1 2 1; 2 4 2; 1 2 1", 1 / 16.0);
    add(
        all,
        "unsharp",
        "the picture and what a blur takes away",
        "1 4 6 4 1; 4 16 24 16 4; 6 24 -476 24 6; 4 16 24 16 4; 1 4 6 4 1",
        -1 / 256.0);
    add(all, "sharpen", "stronger differences", "0 -1 0; -1 5 -1; 0 -1 0", 1);
  }

  private static void addEdges(List<ImageFilter> all) {
    add(all, "outline", "differences from all neighbours", "-1 -1 -1; -1 8 -1; -1 -1 -1", 1);
    add(all, "laplacian", "second derivative", "0 1 0; 1 -4 1; 0 1 0", 1);
    add(all, "diagonal-edge", "mixed derivative", "1 0 -1; 0 0 0; -1 0 1", 1);
    add(all, "emboss", "light from a corner", "-2 -1 0; -1 1 1; 0 1 2", 1);
    add(all, "sobel-top", "edges that lie", "1 2 1; 0 0 0; -1 -2 -1", 1);
    add(all, "sobel-left", "edges that stand", "1 0 -1; 2 0 -2; 1 0 -1", 1);
    all.add(
        new ImageFilter(
            "sobel-magnitude",
            "steepness: √(top² + left²)",
            Optional.empty(),
            ImageFeatures::sobelMagnitude));
    all.add(
        new ImageFilter(
            "sobel-direction",
            "direction of rise as hue, steepness as brightness",
            Optional.empty(),
            ImageFeatures::sobelDirection));
  }

  private static void addCells(List<ImageFilter> all) {
    ImageKernel onCentre =
        ImageKernel.gaussian(9, SIGMA_CENTRE).minus(ImageKernel.gaussian(9, SIGMA_SURROUND));
    all.add(
        ImageFilter.of(
            "dog-on",
            "difference of Gaussians, bright spots",
            onCentre,
            KernelChain.Display.POSITIVE));
    all.add(
        ImageFilter.of(
            "dog-off",
            "difference of Gaussians, dark spots",
            onCentre.scaled(-1),
            KernelChain.Display.POSITIVE));
    for (int degrees = 0; degrees < 180; degrees += 45) {
      all.add(
          ImageFilter.of(
              "gabor-" + degrees,
              "waves of 6 pixels at " + degrees + "°",
              ImageFeatures.gabor(degrees)));
    }
    all.add(
        new ImageFilter(
            "gabor-bank",
            "strongest of 8 directions of waves",
            Optional.empty(),
            ImageFeatures::gaborBank));
    all.add(
        new ImageFilter(
            "lbp", "local binary patterns", Optional.empty(), ImageFeatures::localBinaryPatterns));
  }

  private static void add(
      List<ImageFilter> all, String name, String description, String kernel, double factor) {
    all.add(ImageFilter.of(name, description, ImageKernel.parse(kernel).scaled(factor)));
  }

  /** Returns the names of the filters; {@code gaussian:SIGMA} is a further one for every number. */
  public static List<String> names() {
    return all().stream().map(ImageFilter::name).toList();
  }

  /**
   * Returns the filter of a name, of {@code gaussian:SIGMA} or of a kernel's weights such as {@code
   * "0 -1 0; -1 5 -1; 0 -1 0"}.
   *
   * @throws FoveaException if it is none of them
   */
  public static ImageFilter find(String nameOrWeights) {
    for (ImageFilter f : all()) {
      if (f.name().equals(nameOrWeights)) {
        return f;
      }
    }
    if (nameOrWeights.startsWith(WITH_SIGMA)) {
      return gaussian(nameOrWeights);
    }
    if (nameOrWeights.matches("(?s)[\\s]*[-+.0-9].*|.*;.*")) {
      return ImageFilter.of("kernel", "given weights", ImageKernel.parse(nameOrWeights));
    }
    throw new FoveaException(
        "unknown kernel \"" + nameOrWeights + "\"" + Suggest.hint(nameOrWeights, names()));
  }

  /** Returns the Gaussian that reaches three sigma to each side. */
  private static ImageFilter gaussian(String name) {
    try {
      double sigma = Double.parseDouble(name.substring(WITH_SIGMA.length()));
      int size = 2 * (int) Math.ceil(Math.min(1e6, 3 * sigma)) + 1;
      return ImageFilter.of(name, "weighted mean", ImageKernel.gaussian(size, sigma));
    } catch (NumberFormatException e) {
      throw new FoveaException(
          "kernel \"" + name + "\": expected a number of pixels, as in gaussian:1.5", e);
    }
  }
}
