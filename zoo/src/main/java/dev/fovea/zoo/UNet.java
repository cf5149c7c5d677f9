package dev.fovea.zoo;

import static dev.fovea.nn.Layers.batchNorm;
import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.convTranspose2d;
import static dev.fovea.nn.Layers.maxPool;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;

import dev.fovea.data.Task;
import dev.fovea.nn.Conv2d;
import dev.fovea.nn.Initializer;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Signal;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * U-Net for semantic segmentation: an encoder and a decoder of four levels each, with skip
 * connections between them.
 *
 * <p>Convolutions are padded, so that the result is as large as the picture; height and width must
 * be multiples of 16.
 */
public final class UNet {
  private static final int LEVELS = 4;
  private static final int FIRST = 64;

  static final Architecture ARCHITECTURE = architecture("unet", "U-Net", FIRST, false);
  static final Architecture NORMALIZED =
      architecture("unet-bn", "U-Net with batch normalisation, half as wide", 32, true);
  static final Architecture SMALL =
      architecture(
          "unet-small",
          "U-Net with batch normalisation for small pictures, a quarter as wide",
          Shape.of(96, 96, 3),
          new Recipe("adamw", 3e-3, "one-cycle", 25, 16, 0),
          16,
          true);

  private UNet() {}

  private static Architecture architecture(String name, String title, int base, boolean batchNorm) {
    Recipe recipe = new Recipe("adam", 1e-3, "cosine", 50, 8, 0);
    return architecture(name, title, Shape.of(256, 256, 1), recipe, base, batchNorm);
  }

  private static Architecture architecture(
      String name, String title, Shape input, Recipe recipe, int base, boolean batchNorm) {
    return new Architecture(
            name,
            title,
            2015,
            "Ronneberger, Fischer, Brox: U-Net: Convolutional Networks for Biomedical Segmentation",
            input,
            2,
            recipe,
            scale -> of(scale.classes(), scale.channels(base), batchNorm))
        .task(Task.MASK);
  }

  /** Returns U-Net as in its paper, with 64 filters in the first level, for a number of classes. */
  public static Layer of(int classes) {
    return of(classes, FIRST, false);
  }

  /**
   * Returns a U-Net.
   *
   * @param classes the number of classes of pixels
   * @param base the filters of the first level; each level down has twice those of the one above
   * @param batchNorm whether batch normalisation follows each 3×3 convolution, which then has no
   *     bias
   */
  public static Layer of(int classes, int base, boolean batchNorm) {
    List<Layer> down = new ArrayList<>();
    List<Layer> up = new ArrayList<>();
    List<Layer> join = new ArrayList<>();
    for (int i = 0; i < LEVELS; i++) {
      down.add(twice(base << i, batchNorm).named("down" + i));
      up.add(convTranspose2d(base << i, 2).stride(2).named("up" + i));
      join.add(twice(base << i, batchNorm).named("join" + i));
    }
    Layer bottom = twice(base << LEVELS, batchNorm).named("bottom");
    Layer head = conv2d(classes, 1).named("head");
    return x -> {
      List<Signal> bridges = new ArrayList<>();
      Signal y = x;
      for (Layer level : down) {
        Signal bridge = level.apply(y);
        bridges.add(bridge);
        y = maxPool(2).strict().apply(bridge);
      }
      y = bottom.apply(y);
      for (int i = LEVELS - 1; i >= 0; i--) {
        y = join.get(i).apply(bridges.get(i).concat(up.get(i).apply(y)));
      }
      return head.apply(y);
    };
  }

  private static Layer twice(int filters, boolean batchNorm) {
    Conv2d first = conv2d(filters, 3).same().init(Initializer.heNormal());
    Conv2d second = conv2d(filters, 3).same().init(Initializer.heNormal());
    return batchNorm
        ? sequence(first.noBias(), batchNorm(), relu(), second.noBias(), batchNorm(), relu())
        : sequence(first, relu(), second, relu());
  }
}
