package dev.fovea.studio.state;

import dev.fovea.data.Digits;
import dev.fovea.nn.Model;
import dev.fovea.quantize.Quantizer;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A network in 8 bits, calibrated on the pictures that are open and, where it takes pictures as
 * small, on drawn digits.
 */
public final class EightBits {
  private static final int DIGITS = 32;
  private static final int SMALL = 64;

  private final OpenModel net;
  private final Quantizer quantizer;

  /**
   * Calibrates a network.
   *
   * @param pictures what it is calibrated on, [H, W, C] with values 0 … 255
   * @throws dev.fovea.tensor.FoveaException if it has no layer that 8 bits can compute, or has 8
   *     bits already
   */
  public EightBits(OpenModel net, List<Workspace.Picture> pictures) {
    this.net = net;
    this.quantizer = new Quantizer(net.model());
    List<Tensor> all = new ArrayList<>(pictures.stream().map(Workspace.Picture::image).toList());
    if (net.input().dim(0) <= SMALL) {
      for (int i = 0; i < DIGITS; i++) {
        all.add(digit(i));
      }
    }
    all.forEach(image -> quantizer.observe(List.of(net.rule().input(net.place(image)))));
  }

  /** Returns a drawn digit as a picture [28, 28, 1]. */
  static Tensor digit(int seed) {
    byte[] pixels = Digits.draw(seed % 10, Seed.of(seed));
    Tensor image = Tensor.zeros(Shape.of(Digits.SIZE, Digits.SIZE, 1));
    for (int i = 0; i < pixels.length; i++) {
      image.data()[i] = pixels[i] & 0xFF;
    }
    return image;
  }

  /** Returns the network in 8 bits. */
  public Model model() {
    return quantizer.finish().model();
  }

  /** Returns how far each layer's result is from that in floating point, for a picture. */
  public Map<String, Double> errors(Workspace.Picture picture) {
    return quantizer.errors(List.of(net.rule().input(net.place(picture.image()))));
  }
}
