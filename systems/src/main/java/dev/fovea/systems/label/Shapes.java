package dev.fovea.systems.label;

import dev.fovea.data.Preprocessing;
import dev.fovea.data.Sample;
import dev.fovea.data.Target;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.vision.PartName.Part;
import dev.fovea.vision.Placement;
import dev.fovea.vision.Placement.Size;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The embedded data set {@code shapes}: drawn scenes of balls, bricks, cones, stars, rings, crosses
 * and persons over ground and sky, which hide each other, in many sizes, lights and grains.
 *
 * <p>Of each object the class, the box of what is seen, the pixels and a person's joints are known,
 * of each pixel the class, and of the picture a caption. A picture follows from the seed and its
 * number alone, with arithmetic that is the same on every machine, and is drawn when it is read.
 */
public final class Shapes implements LabelledData {
  /** The usual height and width of a picture in pixels. */
  public static final int SIZE = 128;

  /** The usual number of pictures to train on. */
  public static final int TRAIN = 1000;

  /** The usual number of pictures to test with. */
  public static final int TEST = 200;

  private static final LabelNames NAMES =
      new LabelNames(
          SceneCast.things(), SceneCast.classes(), StickFigure.SKELETON, SceneCaption.words());

  private final Seed seed;
  private final Part part;
  private final int[] numbers;
  private final SceneCast cast;
  private final Marker marker;

  private Shapes(Seed seed, Part part, int[] numbers, SceneCast cast, Marker marker) {
    this.seed = seed;
    this.part = part;
    this.numbers = numbers;
    this.cast = cast;
    this.marker = marker;
  }

  /** Returns how pictures of the usual size become inputs: scaled to 0 … 1. */
  public static Preprocessing usualInput() {
    return Preprocessing.scaled(Shape.of(SIZE, SIZE, 3));
  }

  /** Returns the usual data set: 1,000 pictures to train on and 200 to test with. */
  public static LabelSplit load(LabelOptions options) {
    return load(Seed.of(0), TRAIN, TEST, SceneCast.usual(), options);
  }

  /**
   * Returns a data set of this many pictures, drawn in the size of the input.
   *
   * @param cast what may be in a picture
   * @throws FoveaException if a number is not positive or the input is no colour picture
   */
  public static LabelSplit load(
      Seed seed, int train, int test, SceneCast cast, LabelOptions options) {
    if (train < 1 || test < 1 || options.input().channels() != 3) {
      throw new FoveaException(
          ("shapes: %s pictures to train on and %s to test with, of %s channels: 1 or more, and 3"
                  + " expected")
              .formatted(train, test, options.input().channels()));
    }
    int most = options.most().orElse(cast.mostForms() + cast.mostFigures());
    Marker marker = new Marker(options, NAMES, Math.max(1, most));
    return new LabelSplit(
        new Shapes(seed.split("train"), Part.TRAIN, first(train), cast, marker),
        new Shapes(seed.split("test"), Part.TEST, first(test), cast, marker),
        true,
        List.of());
  }

  private static int[] first(int n) {
    int[] numbers = new int[n];
    Arrays.setAll(numbers, i -> i);
    return numbers;
  }

  /** Returns the names of classes, joints and words. */
  public static LabelNames names() {
    return NAMES;
  }

  /** Returns what is known of all pictures of a split of drawn scenes. */
  public static LabelSet set(LabelSplit split) {
    List<LabelledPicture> pictures = new ArrayList<>();
    for (LabelledData part : List.of(split.train(), split.test())) {
      for (int i = 0; i < part.size(); i++) {
        pictures.add(part.labels(i));
      }
    }
    return new LabelSet(LabelSets.SHAPES, NAMES, pictures, split.problems());
  }

  private Scene scene(int index) {
    Preprocessing input = marker.options().input();
    return new Scene(input.height(), input.width(), cast, seed.split(numbers[index]));
  }

  private Size drawn() {
    return new Size(marker.options().input().height(), marker.options().input().width());
  }

  private LabelledPicture labels(int index, Scene scene) {
    String name = part.name().toLowerCase(Locale.ROOT) + "-" + numbers[index] + ".png";
    return new LabelledPicture(
        Path.of("shapes", name),
        Optional.of(part),
        drawn(),
        scene.objects(),
        Optional.of(new PixelLabels.Held(scene.classes())),
        List.of(scene.caption()));
  }

  @Override
  public LabelledPicture labels(int index) {
    return labels(index, scene(index));
  }

  @Override
  public Placement placement(int index) {
    return Placement.of(Preprocessing.Resize.STRETCH, drawn(), drawn());
  }

  @Override
  public Sample read(int index, Seed sampleSeed) {
    Scene scene = scene(index);
    return new Sample(
        List.of(scene.picture()),
        marker.marks(labels(index, scene), placement(index), sampleSeed.rng()));
  }

  /** Scenes are drawn anew in each size. */
  @Override
  public List<LabelledData> inSizes(List<Size> sizes) {
    return sizes.stream()
        .<LabelledData>map(size -> new Shapes(seed, part, numbers, cast, marker.in(size)))
        .toList();
  }

  @Override
  public LabelledData subset(int... indices) {
    int[] chosen = Arrays.stream(indices).map(i -> numbers[i]).toArray();
    return new Shapes(seed, part, chosen, cast, marker);
  }

  @Override
  public List<String> things() {
    return NAMES.things();
  }

  @Override
  public Skeleton skeleton() {
    return NAMES.skeleton();
  }

  @Override
  public List<String> words() {
    return NAMES.words();
  }

  @Override
  public int size() {
    return numbers.length;
  }

  @Override
  public Shape inputShape() {
    return marker.options().input().shape();
  }

  @Override
  public List<Target> targets() {
    return marker.targets();
  }

  @Override
  public List<String> classes() {
    return marker.classes();
  }

  @Override
  public Optional<Preprocessing> normalization() {
    return Optional.of(marker.options().input());
  }
}
