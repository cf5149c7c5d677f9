package dev.fovea.formats.keras;

import dev.fovea.nn.ConvTranspose2d;
import dev.fovea.nn.Initializer;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Signal;
import dev.fovea.tensor.Shape;

/**
 * A transposed convolution whose result ends with rows or columns that no kernel reaches.
 *
 * @param conv the convolution, without a bias
 * @param below rows of zeros below
 * @param right columns of zeros to the right
 * @param bias whether a bias is added, there too
 */
record TransposedWithZeros(ConvTranspose2d conv, int below, int right, boolean bias)
    implements Layer {
  @Override
  public Signal forward(Signal x) {
    int[][] borders = {{0, below}, {0, right}};
    Signal y = KerasSteps.padded(kind(), conv.forward(x), borders);
    if (!bias) {
      return y;
    }
    Shape channels = Shape.of(conv.filters());
    return y.with(y.value().plus(x.trace().parameter("bias", channels, Initializer.zeros())));
  }

  @Override
  public String kind() {
    return conv.kind();
  }
}
