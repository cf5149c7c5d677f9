package dev.fovea.formats.keras;

import dev.fovea.nn.Conv3d;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Signal;
import java.util.List;

/**
 * A transposed convolution of volumes, computed as a convolution of the input after zeros have been
 * inserted between and around its elements.
 *
 * @param conv the convolution
 * @param strides how far apart elements of the input lie then
 * @param borders the zeros before and after each axis
 */
record SpreadVolume(Conv3d conv, List<Integer> strides, List<List<Integer>> borders)
    implements Layer {
  @Override
  public Signal forward(Signal x) {
    KerasSteps.require(kind(), x, 5);
    int[][] around =
        borders.stream()
            .map(b -> b.stream().mapToInt(Integer::intValue).toArray())
            .toArray(int[][]::new);
    int[] steps = strides.stream().mapToInt(Integer::intValue).toArray();
    return conv.forward(KerasSteps.padded(kind(), KerasSteps.spread(x, steps), around));
  }

  @Override
  public String kind() {
    return "conv_transpose3d";
  }
}
