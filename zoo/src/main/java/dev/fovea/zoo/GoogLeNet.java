package dev.fovea.zoo;

import static dev.fovea.nn.Layers.adaptiveAvgPool;
import static dev.fovea.nn.Layers.avgPool;
import static dev.fovea.nn.Layers.batchNorm;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.dropout;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.globalAvgPool;
import static dev.fovea.nn.Layers.localResponseNorm;
import static dev.fovea.nn.Layers.maxPool;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;
import static dev.fovea.zoo.Blocks.biased;
import static dev.fovea.zoo.Blocks.chain;
import static dev.fovea.zoo.Blocks.parallel;

import dev.fovea.nn.Initializer;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Network;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * GoogLeNet (Inception v1): nine modules of parallel 1×1, 3×3 and 5×5 convolutions and a pooling,
 * with two auxiliary classifiers as further outputs in training.
 *
 * <p>{@code inception-v1} is the network of the paper, with local response normalisation and
 * biases. {@code googlenet} is torchvision's, from which trained weights come: batch normalisation,
 * and 3×3 convolutions where the paper has 5×5. Names are torchvision's.
 */
public final class GoogLeNet {
  private static final String PAPER =
      "Szegedy, Liu, Jia, Sermanet, Reed, Anguelov, Erhan, Vanhoucke, Rabinovich: Going Deeper with"
          + " Convolutions";
  private static final Shape INPUT = Shape.of(224, 224, 3);
  private static final int CLASSES = 1000;

  /** Filters of 1×1; before 3×3, 3×3; before 5×5, 5×5; after the pooling. */
  private static final int[][] MODULES = {
    {64, 96, 128, 16, 32, 32},
    {128, 128, 192, 32, 96, 64},
    {192, 96, 208, 16, 48, 64},
    {160, 112, 224, 24, 64, 64},
    {128, 128, 256, 24, 64, 64},
    {112, 144, 288, 32, 64, 64},
    {256, 160, 320, 32, 128, 128},
    {256, 160, 320, 32, 128, 128},
    {384, 192, 384, 48, 128, 128}
  };

  /** What the losses of the auxiliary classifiers count in the paper. */
  private static final List<Double> WEIGHTS = List.of(0.3, 0.3);

  private static final String[] NAMES = {"3a", "3b", "4a", "4b", "4c", "4d", "4e", "5a", "5b"};

  static final Architecture ARCHITECTURE =
      architecture("googlenet", "GoogLeNet with batch norm", true);
  static final Architecture PUBLISHED =
      architecture("inception-v1", "GoogLeNet (Inception v1)", false)
          .published(Published.top5(10.07, "one network, one crop"));

  private GoogLeNet() {}

  private static Architecture architecture(String name, String title, boolean batchNorm) {
    return new Architecture(
            name,
            title,
            2014,
            PAPER,
            INPUT,
            CLASSES,
            new Recipe("sgd", 0.01, "cosine", 90, 128, 2e-4),
            scale -> of(scale, batchNorm))
        .heads(new Heads(scale -> withHeads(scale, batchNorm), WEIGHTS));
  }

  /**
   * Returns GoogLeNet without auxiliary classifiers.
   *
   * @param scale classes and width
   * @param batchNorm true for torchvision's network with batch normalisation, false for that of the
   *     paper
   */
  public static Layer of(Scale scale, boolean batchNorm) {
    return sequence(trunk(scale, batchNorm));
  }

  /**
   * Returns GoogLeNet with three outputs in training: the logits, those after modules 4a and 4d.
   */
  public static Network withHeads(Scale scale, boolean batchNorm) {
    List<Layer> trunk = trunk(scale, batchNorm);
    int first = batchNorm ? 8 : 10;
    return Blocks.withHeads(
        trunk,
        Map.of(
            first,
            auxiliary(scale, batchNorm).named("aux1"),
            first + 3,
            auxiliary(scale, batchNorm).named("aux2")));
  }

  private static List<Layer> trunk(Scale s, boolean norm) {
    List<Layer> layers = new ArrayList<>();
    layers.add(conv(s.channels(64), 7, 2, norm).named("conv1"));
    layers.add(maxPool(3).stride(2).ceil().named("maxpool1"));
    if (!norm) {
      layers.add(localResponseNorm(5).named("norm1"));
    }
    layers.add(conv(s.channels(64), 1, 1, norm).named("conv2"));
    layers.add(conv(s.channels(192), 3, 1, norm).named("conv3"));
    if (!norm) {
      layers.add(localResponseNorm(5).named("norm2"));
    }
    layers.add(maxPool(3).stride(2).ceil().named("maxpool2"));
    for (int i = 0; i < MODULES.length; i++) {
      layers.add(module(s, norm, MODULES[i]).named("inception" + NAMES[i]));
      if (NAMES[i].equals("3b")) {
        layers.add(maxPool(3).stride(2).ceil().named("maxpool3"));
      } else if (NAMES[i].equals("4e")) {
        layers.add(maxPool(norm ? 2 : 3).stride(2).ceil().named("maxpool4"));
      }
    }
    layers.add(globalAvgPool().named("avgpool"));
    layers.add(dropout(norm ? 0.2 : 0.4).named("dropout"));
    layers.add(dense(s.classes()).named("fc"));
    return layers;
  }

  private static Layer module(Scale s, boolean norm, int... f) {
    return parallel(
        conv(s.channels(f[0]), 1, 1, norm).named("branch1"),
        sequence(conv(s.channels(f[1]), 1, 1, norm), conv(s.channels(f[2]), 3, 1, norm))
            .named("branch2"),
        sequence(conv(s.channels(f[3]), 1, 1, norm), conv(s.channels(f[4]), norm ? 3 : 5, 1, norm))
            .named("branch3"),
        sequence(maxPool(3).stride(1).padding(1), conv(s.channels(f[5]), 1, 1, norm))
            .named("branch4"));
  }

  private static Layer conv(int filters, int kernel, int stride, boolean norm) {
    return norm
        ? chain(
            Blocks.conv(filters, kernel, stride).named("conv"),
            batchNorm().epsilon(1e-3f).named("bn"),
            relu())
        : chain(biased(filters, kernel, stride).named("conv"), relu());
  }

  /**
   * Returns a classifier: means of 4×4 areas, 1×1 filters, two dense layers. On the 14×14 places of
   * the usual picture the paper's areas are of 5×5 at stride 3.
   */
  private static Layer auxiliary(Scale s, boolean norm) {
    return chain(
        norm ? adaptiveAvgPool(4, 4) : avgPool(5).stride(3),
        conv(s.channels(128), 1, 1, norm).named("conv"),
        flatten(),
        dense(s.channels(1024)).init(Initializer.heNormal()).named("fc1"),
        relu(),
        dropout(0.7),
        dense(s.classes()).named("fc2"));
  }
}
