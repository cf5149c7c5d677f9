package dev.fovea.zoo;

import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.convTranspose2d;
import static dev.fovea.nn.Layers.crop;
import static dev.fovea.nn.Layers.dropout;
import static dev.fovea.nn.Layers.maxPool;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;

import dev.fovea.data.Task;
import dev.fovea.nn.Initializer;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Pool2d;
import dev.fovea.nn.Signal;
import dev.fovea.op.Contraction;
import dev.fovea.op.Value;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Fully convolutional networks for semantic segmentation: VGG D with its dense layers turned into
 * convolutions, whose class scores are enlarged to the size of the picture.
 *
 * <p>FCN-32s enlarges the scores of the last layer, which are 32 pixels apart, in one step. FCN-16s
 * and FCN-8s enlarge them twofold, by transposed convolutions that begin as bilinear interpolation
 * and are learned, and add scores of the fourth and third pooling; the last enlargement is bilinear
 * and not trained. All scores are initially 0. Convolutions are padded and poolings cover every
 * pixel, so that pictures of any size are accepted. Names of the features are those of
 * torchvision's VGG.
 */
public final class Fcn {
  private static final String PAPER =
      "Long, Shelhamer, Darrell: Fully Convolutional Networks for Semantic Segmentation";
  private static final Kind PUBLISHED = new Kind(false, 7, 4096, 0.5);
  private static final Kind SMALL = new Kind(true, 3, 1024, 0);
  private static final double NARROW = 0.25;

  static final Architecture FCN32 = published(32);
  static final Architecture FCN16 = published(16);
  static final Architecture FCN8 = published(8);
  static final Architecture SMALL32 = small(32);
  static final Architecture SMALL16 = small(16);
  static final Architecture SMALL8 = small(8);

  private Fcn() {}

  /**
   * The parts of the network.
   *
   * @param batchNorm whether batch normalisation follows each convolution of the five stages
   * @param kernel the kernel of the convolution that was the first dense layer
   * @param units the channels of the layers that were dense
   * @param dropout the dropout rate after them
   */
  public record Kind(boolean batchNorm, int kernel, int units, double dropout) {}

  private static Architecture published(int stride) {
    return new Architecture(
            "fcn-" + stride + "s",
            "FCN-" + stride + "s",
            2015,
            PAPER,
            Shape.of(512, 512, 3),
            21,
            new Recipe("adam", 1e-4, "cosine", 50, 8, 5e-4),
            scale -> of(scale, stride, PUBLISHED))
        .task(Task.MASK);
  }

  private static Architecture small(int stride) {
    return new Architecture(
            "fcn-" + stride + "s-small",
            "FCN-" + stride + "s with batch normalisation for small pictures, a quarter as wide",
            2015,
            PAPER,
            Shape.of(96, 96, 3),
            2,
            new Recipe("adamw", 3e-3, "one-cycle", 25, 16, 0),
            scale -> of(new Scale(scale.classes(), NARROW * scale.width()), stride, SMALL))
        .task(Task.MASK);
  }

  /**
   * Returns FCN-32s, FCN-16s or FCN-8s.
   *
   * @param scale classes and width
   * @param stride the distance of the finest scores in pixels: 32, 16 or 8
   * @param kind the parts of the network
   */
  public static Layer of(Scale scale, int stride, Kind kind) {
    Vgg.Kind vgg = new Vgg.Kind(kind.batchNorm, false, false, Head.CONVOLUTIONAL);
    Pool2d pooling = maxPool(2).ceil();
    List<Layer> features = Blocks.numbered(Vgg.features(scale, vgg, pooling, 2, 2, 3, 3, 3));
    Layer classifier = classifier(scale, kind).named("classifier");
    int classes = scale.classes();
    List<Layer> scores = List.of(score(classes).named("score4"), score(classes).named("score3"));
    List<Layer> doubled = List.of(doubled(classes).named("up2"), doubled(classes).named("up4"));
    int skips = Integer.numberOfTrailingZeros(32 / stride);
    Layer last = enlarged(classes, stride).named("up" + stride);
    return Blocks.flat(x -> {
      List<Signal> poolings = poolings(features, x);
      Signal y = classifier.apply(poolings.getLast());
      for (int i = 0; i < skips; i++) {
        Signal skip = scores.get(i).apply(poolings.get(3 - i));
        y = fitted(doubled.get(i).apply(y), skip).plus(skip);
      }
      return fitted(last.apply(y), x);
    });
  }

  /** Returns what the poolings at the ends of the five stages give. */
  private static List<Signal> poolings(List<Layer> features, Signal x) {
    List<Signal> all = Blocks.results("features", features, x);
    List<Signal> poolings = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      if (features.get(i).kind().equals("max_pool")) {
        poolings.add(all.get(i));
      }
    }
    return poolings;
  }

  private static Layer classifier(Scale scale, Kind kind) {
    int units = scale.channels(kind.units);
    return sequence(
        Blocks.biased(units, kind.kernel, 1),
        relu(),
        dropout(kind.dropout),
        Blocks.biased(units, 1, 1),
        relu(),
        dropout(kind.dropout),
        score(scale.classes()));
  }

  private static Layer score(int classes) {
    return conv2d(classes, 1).init(Initializer.zeros());
  }

  private static Layer doubled(int classes) {
    return convTranspose2d(classes, 4)
        .stride(2)
        .padding(1)
        .groups(classes)
        .noBias()
        .init(Initializer.bilinear());
  }

  /** Returns the bilinear transposed convolution that stays as it is. */
  private static Layer enlarged(int classes, int by) {
    Window2d window =
        Window2d.of(2 * by, 2 * by).stride(by, by).padding(by / 2, by / 2, by / 2, by / 2);
    Shape weights = Shape.of(2 * by, 2 * by, 1, classes);
    return x -> {
      Value weight = x.trace().state("weight", weights, Initializer.bilinear());
      int height = x.shape().dim(1) * by;
      int width = x.shape().dim(2) * by;
      return x.apply(new Contraction.ConvTranspose2d(window, classes, height, width), weight);
    };
  }

  /** Returns as much of a signal as another is high and wide. */
  private static Signal fitted(Signal y, Signal to) {
    int below = y.shape().dim(1) - to.shape().dim(1);
    int right = y.shape().dim(2) - to.shape().dim(2);
    return below == 0 && right == 0 ? y : crop(0, below, 0, right).apply(y);
  }
}
