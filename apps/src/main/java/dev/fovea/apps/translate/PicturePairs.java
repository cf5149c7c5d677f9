package dev.fovea.apps.translate;

import dev.fovea.apps.Pictures;
import dev.fovea.data.Mark;
import dev.fovea.data.Preprocessing;
import dev.fovea.data.Sample;
import dev.fovea.systems.label.LabelOptions;
import dev.fovea.systems.label.Marking;
import dev.fovea.systems.label.SceneCast;
import dev.fovea.systems.label.Shapes;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.ToDoubleBiFunction;
import java.util.stream.IntStream;

/**
 * Pictures of two kinds that show the same: sketch and photo, map and view, one style and another.
 *
 * @param first the pictures of one kind, [H, W, C] each with values 0 … 255
 * @param second those of the other kind, in the same order
 */
public record PicturePairs(List<Tensor> first, List<Tensor> second) {
  private static final int EMOJI = 64;
  private static final float WHITE = 255;

  /**
   * Checks and copies the lists.
   *
   * @throws FoveaException if there are more of one kind, or pictures are not of one shape
   */
  public PicturePairs {
    if (first.size() != second.size()) {
      throw new FoveaException(
          "pairs: as many of both kinds expected, got %s and %s"
              .formatted(first.size(), second.size()));
    }
    first = List.copyOf(first);
    second = List.copyOf(second);
    requireOneShape(first);
    requireOneShape(second);
  }

  private static void requireOneShape(List<Tensor> pictures) {
    for (Tensor p : pictures) {
      if (!p.shape().equals(pictures.getFirst().shape())) {
        throw new FoveaException(
            "pairs: pictures of one shape expected, got %s and %s"
                .formatted(pictures.getFirst().shape(), p.shape()));
      }
    }
  }

  /**
   * Reads emoji in two styles from sheets of cells of 64 × 64 pixels, noto_K.png and twemoji_K.png
   * from K = 0 on.
   *
   * @throws FoveaException if there is no sheet, or one cannot be read
   */
  public static PicturePairs emoji(Path folder) {
    List<Tensor> noto = new ArrayList<>();
    List<Tensor> twemoji = new ArrayList<>();
    int k = 0;
    do {
      noto.addAll(Images.cells(Images.read(folder.resolve("noto_" + k + ".png")), EMOJI, EMOJI));
      twemoji.addAll(
          Images.cells(Images.read(folder.resolve("twemoji_" + k + ".png")), EMOJI, EMOJI));
      k++;
    } while (Files.exists(folder.resolve("noto_" + k + ".png")));
    return new PicturePairs(noto, twemoji);
  }

  /**
   * Returns drawn scenes ({@link Shapes}) with their maps, in which the grey of a pixel says of
   * what class it is: the maps first, the scenes second.
   *
   * @param side of a picture in pixels
   */
  public static PicturePairs scenes(Seed seed, int count, int side) {
    LabelOptions options =
        LabelOptions.of(Preprocessing.scaled(Shape.of(side, side, 3)), Marking.MASK);
    var scenes = Shapes.load(seed, count, 1, SceneCast.usual(), options).train();
    List<Tensor> maps = new ArrayList<>();
    List<Tensor> pictures = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Sample scene = scenes.read(i, seed.split(i));
      maps.add(map(scene.mark(Mark.Mask.class).orElseThrow().classes(), scenes.classes().size()));
      pictures.add(scene.picture());
    }
    return new PicturePairs(maps, pictures);
  }

  private static Tensor map(Tensor classes, int count) {
    Tensor grey = Tensor.zeros(Shape.of(classes.shape().dim(0), classes.shape().dim(1), 1));
    for (int i = 0; i < grey.data().length; i++) {
      grey.data()[i] = Math.min(WHITE, classes.data()[i] * WHITE / Math.max(1, count));
    }
    return Images.toRgb(grey);
  }

  /** Returns the number of pairs. */
  public int size() {
    return first.size();
  }

  /** Returns the pairs with these numbers from 0, such as those held out for a test. */
  public PicturePairs where(IntPredicate numbers) {
    int[] chosen = IntStream.range(0, size()).filter(numbers).toArray();
    return new PicturePairs(chosen(first, chosen), chosen(second, chosen));
  }

  private static List<Tensor> chosen(List<Tensor> pictures, int[] numbers) {
    return IntStream.of(numbers).mapToObj(pictures::get).toList();
  }

  /**
   * Returns random pairs as two batches [N, H, W, C] with values −1 … 1: the first kind and the
   * second.
   */
  public Tensor[] batch(int size, Seed seed) {
    Rng rng = seed.rng();
    int[] numbers = IntStream.range(0, size).map(i -> rng.nextInt(size())).toArray();
    return new Tensor[] {signed(chosen(first, numbers)), signed(chosen(second, numbers))};
  }

  /**
   * Returns the mean of a measure over translations of the first kind and what they should be, the
   * pictures of the second kind.
   *
   * @param made a translation of each picture of the first kind, with values 0 … 255
   * @param measure such as {@code PictureSimilarity::structural}
   */
  public double mean(List<Tensor> made, ToDoubleBiFunction<Tensor, Tensor> measure) {
    return IntStream.range(0, size())
        .mapToDouble(i -> measure.applyAsDouble(made.get(i), second.get(i)))
        .average()
        .orElse(0);
  }

  /** Returns pictures of one shape as a batch [N, H, W, C] with values −1 … 1. */
  public static Tensor signed(List<Tensor> pictures) {
    Tensor batch = Pictures.batch(pictures);
    for (int i = 0; i < batch.data().length; i++) {
      batch.data()[i] = batch.data()[i] / WHITE * 2 - 1;
    }
    return batch;
  }
}
