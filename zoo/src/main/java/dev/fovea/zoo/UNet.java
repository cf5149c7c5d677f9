package dev.fovea.zoo;

import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.convTranspose2d;
import static dev.fovea.nn.Layers.maxPool;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;

import dev.fovea.nn.Initializer;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Signal;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * U-Net: a class for every pixel, from four levels down and four up with bridges between them.
 *
 * <p>Convolutions pad, so that the result is as large as the picture; height and width are
 * multiples of 16.
 */
public final class UNet {
  private static final int LEVELS = 4;
  private static final int FIRST = 64;

  static final Architecture ARCHITECTURE =
      new Architecture(
          "unet",
          "U-Net",
          2015,
          "Ronneberger, Fischer, Brox: U-Net: Convolutional Networks for Biomedical Segmentation",
          Shape.of(256, 256, 1),
          2,
          Architecture.Task.SEGMENTATION,
          new Recipe("adam", 1e-3, "cosine", 50, 8, 0),
          UNet::of);

  private UNet() {}

  /** Returns U-Net for a number of classes of pixels. */
  public static Layer of(int classes) {
    List<Layer> down = new ArrayList<>();
    List<Layer> up = new ArrayList<>();
    List<Layer> join = new ArrayList<>();
    for (int i = 0; i < LEVELS; i++) {
      down.add(twice(FIRST << i).named("down" + i));
      up.add(convTranspose2d(FIRST << i, 2).stride(2).named("up" + i));
      join.add(twice(FIRST << i).named("join" + i));
    }
    Layer bottom = twice(FIRST << LEVELS).named("bottom");
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

  private static Layer twice(int filters) {
    Initializer he = Initializer.heNormal();
    return sequence(
        conv2d(filters, 3).same().init(he), relu(), conv2d(filters, 3).same().init(he), relu());
  }
}
