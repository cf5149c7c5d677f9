package dev.fovea.cli;

import dev.fovea.data.ClassSampling;
import dev.fovea.data.DataSplit;
import dev.fovea.data.Dataset;
import dev.fovea.data.Mark;
import dev.fovea.data.Preprocessing;
import dev.fovea.data.Task;
import dev.fovea.io.Text;
import dev.fovea.nn.Loss;
import dev.fovea.nn.Losses;
import dev.fovea.systems.label.Skeleton;
import dev.fovea.systems.segment.BorderWeights;
import dev.fovea.systems.segment.PixelCrossEntropy;
import dev.fovea.systems.segment.Segmentation;
import dev.fovea.tensor.FoveaException;
import dev.fovea.vision.augment.Augmentations;
import dev.fovea.vision.augment.Mixing;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say how training samples are drawn, changed, mixed and weighed. */
final class SampleOptions {
  /** The weights n / (classes · samples of the class). */
  private static final String BALANCED = "balanced";

  private static final String AUGMENT = "augment";
  private static final double LEAST_ALPHA = 0.01;
  private static final double MOST_ALPHA = 100;

  @Option(
      names = "--augment",
      paramLabel = "LIST",
      description =
          "Random changes of training pictures, such as shift:PIXELS,flip,rotate:DEGREES; fovea"
              + " augment --list names them all (default: none, for detectors their recipe's).")
  private @Nullable String augment;

  @Option(
      names = "--balanced",
      description = "Draw training pictures so that every class is seen equally often.")
  private boolean balanced;

  @Option(
      names = "--class-weights",
      paramLabel = "W,W,...",
      description =
          "The weight of each class in the loss, in the order of the classes, or balanced:"
              + " the rarer a class, the larger its weight.")
  private @Nullable String weights;

  @Option(
      names = "--border-weights",
      description =
          "Let pixels between objects that nearly touch count up to 11 times, as in U-Net's paper;"
              + " of masks with a class called background.")
  private boolean borders;

  @Option(
      names = "--mixup",
      paramLabel = "ALPHA",
      description =
          "Mixup: mix each training picture and its class with another, in random"
              + " proportions (parameter α of a Beta distribution); 0.2 is usual.")
  private @Nullable Double mixup;

  @Option(
      names = "--cutmix",
      paramLabel = "ALPHA",
      description =
          "CutMix: replace a rectangle of each training picture by that of another, and"
              + " the same share of its class; 1 is usual.")
  private @Nullable Double cutMix;

  /**
   * Checks what can be checked before data are read.
   *
   * @param task what the network answers
   * @throws FoveaException if a value is not understood, or two options exclude each other
   */
  void require(Task task) {
    if (task != Task.MASK && borders) {
      throw new FoveaException("--border-weights: of networks that answer with classes of pixels");
    }
    if (task == Task.MASK && (mixes() || balanced || BALANCED.equals(weights))) {
      throw new FoveaException(
          "--mixup, --cutmix, --balanced, --class-weights balanced: are of classes of pictures, the"
              + " network answers with classes of pixels");
    }
    requireAugmentation("--augment", () -> Augmentations.parse(changes("none")));
    requireAlpha("--mixup", mixup);
    requireAlpha("--cutmix", cutMix);
    if (mixup != null && cutMix != null) {
      throw new FoveaException(
          "--mixup, --cutmix: pictures are mixed in one way; give one of them");
    }
    if (weights == null) {
      return;
    }
    if (mixes() || balanced) {
      throw new FoveaException(
          "--class-weights: not with %s, give --balanced without weights instead"
              .formatted(balanced ? "--balanced" : mixup != null ? "--mixup" : "--cutmix"));
    }
    if (!weights.equals(BALANCED)) {
      numbers(weights);
    }
  }

  private static void requireAlpha(String option, @Nullable Double alpha) {
    if (alpha != null && !(alpha >= LEAST_ALPHA && alpha <= MOST_ALPHA)) {
      throw new FoveaException(
          String.format(
              Locale.ROOT,
              "%s %s: a number from %s to %.0f expected",
              option,
              alpha,
              LEAST_ALPHA,
              MOST_ALPHA));
    }
  }

  private static float[] numbers(String text) {
    String[] words = text.split(",", -1);
    float[] numbers = new float[words.length];
    float sum = 0;
    for (int i = 0; i < words.length; i++) {
      numbers[i] = number(words[i].strip());
      sum += numbers[i];
    }
    if (!(sum > 0)) {
      throw new FoveaException("--class-weights " + text + ": a weight above 0 expected");
    }
    return numbers;
  }

  private static float number(String word) {
    try {
      float value = Float.parseFloat(word);
      if (value >= 0 && value < Float.POSITIVE_INFINITY) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Told below, like numbers that are no weights.
    }
    throw new FoveaException(
        "--class-weights \""
            + word
            + "\": balanced, or a number from 0 on for each class, expected");
  }

  /** Returns what is done to pictures, or what is usual where nothing was said. */
  private String changes(String usual) {
    return augment == null ? usual : augment;
  }

  /** Returns samples whose pictures are changed as was said, or else as is usual. */
  private Dataset changed(Dataset train, String usual, Preprocessing rule) {
    String text = changes(usual);
    return text.equals("none") ? train : train.augment(Augmentations.parse(text, rule.meanPixel()));
  }

  /**
   * Returns samples of a system to train on.
   *
   * @param usual how pictures are changed where nothing was said
   * @throws FoveaException if an option is for classes of whole pictures
   */
  Dataset ofSystem(Dataset train, String usual, Preprocessing rule) {
    if (mixes() || balanced || weights != null) {
      throw new FoveaException(
          "--balanced, --class-weights, --mixup, --cutmix: are for networks that answer with one"
              + " class per picture");
    }
    return changed(train, usual, rule);
  }

  /**
   * Requires that key points have partners on the other side, where pictures are mirrored.
   *
   * @param usual how pictures are changed where nothing was said
   * @param where what the labels are of, for messages
   * @throws FoveaException if one has none
   */
  void requirePartners(Skeleton skeleton, String usual, String where) {
    String text = changes(usual);
    if (Augmentations.mirrors(text)) {
      skeleton
          .unpaired()
          .ifPresent(joint -> {
            throw new FoveaException(
                ("%s: key point \"%s\" has no left-right partner, which --augment %s needs; name"
                        + " key points with left and right, or leave flip, vflip and symmetry out")
                    .formatted(where, Text.shown(joint), text));
          });
    }
  }

  /** Adds what was chosen for a system to the settings that are saved with the model. */
  void put(Map<String, Object> fields, String usual) {
    fields.put(AUGMENT, changes(usual));
  }

  private boolean mixes() {
    return mixup != null || cutMix != null;
  }

  /**
   * Returns a loss on class labels with the weights of the classes.
   *
   * @param train the training samples as they are
   * @throws FoveaException if there are more weights than classes, or fewer
   */
  Losses.CrossEntropy weighted(Losses.CrossEntropy loss, Dataset train) {
    if (weights == null) {
      return loss;
    }
    float[] each = weights.equals(BALANCED) ? ClassSampling.weights(train) : numbers(weights);
    if (each.length != train.classes().size()) {
      throw new FoveaException(
          "--class-weights %s: %s weights for %s classes"
              .formatted(weights, each.length, train.classes().size()));
    }
    return loss.weights(each);
  }

  /** Lets an error in the text of an augmentation name the option that it was given to. */
  static void requireAugmentation(String option, Runnable parse) {
    try {
      parse.run();
    } catch (FoveaException e) {
      throw new FoveaException(option + ": " + e.getMessage(), e);
    }
  }

  /** Returns the loss on targets as {@link #samples} has them: distributions if it mixes. */
  Loss loss(Losses.CrossEntropy onLabels) {
    if (borders && onLabels.smoothing() > 0) {
      throw new FoveaException("--label-smoothing: not with --border-weights");
    }
    if (borders) {
      return new PixelCrossEntropy(Mark.Mask.IGNORED);
    }
    return mixes() ? Losses.crossEntropyOfDistribution(onLabels.smoothing()) : onLabels;
  }

  /**
   * Returns samples to train on, and to test with beside them.
   *
   * @param loss the loss on class labels, with the weights of classes
   */
  DataSplit samples(DataSplit split, Preprocessing rule, Losses.CrossEntropy loss) {
    DataSplit changed = samples(split, rule);
    if (!borders) {
      return changed;
    }
    int background =
        new Segmentation(split.train().classes())
            .background()
            .orElseThrow(() ->
                new FoveaException(
                    "--border-weights: no class is called background; classes are "
                        + split.train().classes()));
    BorderWeights weights = BorderWeights.usual(loss.weights());
    return new DataSplit(
        weights.over(changed.train(), background), weights.over(changed.test(), background));
  }

  /** Returns samples with what is done to pictures alone. */
  DataSplit samples(DataSplit split, Preprocessing rule) {
    Dataset train = balanced ? ClassSampling.balanced(split.train()) : split.train();
    train = changed(train, "none", rule);
    if (mixup != null) {
      train = Mixing.mixup(train, mixup);
    } else if (cutMix != null) {
      train = Mixing.cutMix(train, cutMix);
    }
    Dataset test = mixes() ? ClassSampling.distributions(split.test()) : split.test();
    return new DataSplit(train.shuffled(), test);
  }

  /** Adds what was chosen to the settings that are saved with the model. */
  void put(Map<String, Object> fields, Losses.CrossEntropy loss) {
    fields.put(AUGMENT, changes("none"));
    if (balanced) {
      fields.put("balanced", true);
    }
    if (borders) {
      fields.put("border_weights", true);
    }
    if (!loss.weights().isEmpty()) {
      fields.put(EvalCommand.CLASS_WEIGHTS, List.copyOf(loss.weights()));
    }
    if (mixup != null) {
      fields.put("mixup", mixup);
    }
    if (cutMix != null) {
      fields.put("cutmix", cutMix);
    }
  }
}
