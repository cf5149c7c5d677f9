package dev.fovea.zoo;

import static dev.fovea.nn.Layers.maxPool;

import dev.fovea.nn.Layer;
import dev.fovea.nn.Pool2d;
import dev.fovea.nn.Signal;
import dev.fovea.op.Window2d;

/**
 * A max pooling whose last windows may reach over the end of the image, as Caffe's do: the output
 * has ⌈(size − kernel) / stride⌉ + 1 rows, not ⌊…⌋ + 1.
 *
 * @param kernel height and width of the windows
 * @param stride their distance
 */
record CeilPool(int kernel, int stride) implements Layer {
  @Override
  public Signal forward(Signal x) {
    if (x.shape().rank() != 4) {
      return maxPool(kernel).forward(x);
    }
    int below = missing(x.shape().dim(1));
    int right = missing(x.shape().dim(2));
    Window2d window =
        Window2d.of(kernel, kernel).stride(stride, stride).padding(0, below, 0, right);
    return new Pool2d(true, window, false, false, false).forward(x);
  }

  private int missing(int size) {
    return size <= kernel ? 0 : Math.floorMod(kernel - size, stride);
  }

  @Override
  public String kind() {
    return "max_pool";
  }
}
