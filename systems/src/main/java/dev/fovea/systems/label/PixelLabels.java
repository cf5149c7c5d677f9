package dev.fovea.systems.label;

import dev.fovea.data.Mark;
import dev.fovea.tensor.Tensor;

/** The class of every pixel of a picture; it may be read anew with each call. */
public interface PixelLabels {
  /** Returns the number of each pixel's class [H, W], {@link Mark.Mask#IGNORED} for none. */
  Tensor classes();

  /** Returns the class of what comes into the picture from outside when it is moved. */
  default int outside() {
    return Mark.Mask.IGNORED;
  }

  /** Classes that are held in memory. */
  record Held(Tensor classes) implements PixelLabels {}
}
