package dev.fovea.systems.label;

import dev.fovea.data.Box;
import dev.fovea.data.KeyPoint;
import dev.fovea.systems.box.AnchorClusters;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.vision.Placement.Size;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A summary of a set of labelled pictures.
 *
 * @param classes how many objects of each class there are, in the order of their numbers
 * @param train how many pictures there are to train on
 * @param test how many there are to test with
 * @param without how many pictures show no object
 * @param most how many objects the fullest picture shows
 * @param sizes how many pictures there are of each size, such as {@code 480×640}
 * @param anchors widths and heights of boxes that fit the objects, in pixels of pictures of the
 *     usual size, if there are objects enough
 * @param unfitted the share of objects whose overlap with the best anchor is below ½
 * @param crowdedPairs how many pairs of objects of one class overlap by more than ½, of which
 *     non-maximum suppression would lose one
 */
public record LabelReport(
    List<ClassCount> classes,
    int train,
    int test,
    int without,
    int most,
    Map<String, Integer> sizes,
    Optional<AnchorClusters.Found> anchors,
    double unfitted,
    int crowdedPairs) {
  private static final int ANCHORS = 6;

  /**
   * The objects of one class.
   *
   * @param name its name
   * @param train how many objects there are to train on
   * @param test how many there are to test with
   * @param small the length that 5 in 100 objects do not reach: the root of their box's area
   * @param middle the length that half of them do not reach
   * @param large the length that 95 in 100 do not reach
   * @param points how many key points are marked
   */
  public record ClassCount(
      String name, int train, int test, double small, double middle, double large, int points) {}

  /** Returns the report of a set. */
  public static LabelReport of(LabelSet set) {
    List<LabelledPicture> pictures = set.pictures();
    List<ClassCount> classes = new ArrayList<>();
    for (int c = 0; c < set.names().things().size(); c++) {
      classes.add(count(set, c));
    }
    Map<String, Integer> sizes = new TreeMap<>();
    pictures.forEach(p -> sizes.merge(p.size().height() + "×" + p.size().width(), 1, Integer::sum));
    Optional<AnchorClusters.Found> anchors = anchors(pictures);
    return new LabelReport(
        classes,
        set.training().size(),
        set.testing().size(),
        (int) pictures.stream().filter(p -> p.objects().isEmpty()).count(),
        pictures.stream().mapToInt(p -> p.objects().size()).max().orElse(0),
        sizes,
        anchors,
        anchors.map(a -> 1 - a.covered()).orElse(0.0),
        pictures.stream().mapToInt(LabelReport::pairs).sum());
  }

  private static ClassCount count(LabelSet set, int kind) {
    List<Box> train = boxes(set.training(), kind);
    List<Box> test = boxes(set.testing(), kind);
    List<Box> all = new ArrayList<>(train);
    all.addAll(test);
    double[] lengths = all.stream().mapToDouble(b -> Math.sqrt(b.area())).sorted().toArray();
    int points =
        all.stream()
            .mapToInt(b -> (int) b.points().stream().filter(KeyPoint::isKnown).count())
            .sum();
    return new ClassCount(
        set.names().things().get(kind),
        train.size(),
        test.size(),
        quantile(lengths, 0.05),
        quantile(lengths, 0.5),
        quantile(lengths, 0.95),
        points);
  }

  private static List<Box> boxes(List<LabelledPicture> pictures, int kind) {
    return pictures.stream()
        .flatMap(p -> p.objects().stream())
        .map(LabelledObject::box)
        .filter(b -> b.label() == kind)
        .toList();
  }

  private static double quantile(double[] sorted, double share) {
    return sorted.length == 0 ? 0 : sorted[(int) (share * (sorted.length - 1) + 0.5)];
  }

  /** Boxes are scaled to the size that most pictures have; those of crowds are of no object. */
  private static Optional<AnchorClusters.Found> anchors(List<LabelledPicture> pictures) {
    Optional<Size> usual = usualSize(pictures);
    List<double[]> boxes = new ArrayList<>();
    for (LabelledPicture p : pictures) {
      double x = usual.map(s -> (double) s.width() / p.size().width()).orElse(1.0);
      double y = usual.map(s -> (double) s.height() / p.size().height()).orElse(1.0);
      for (LabelledObject o : p.objects()) {
        if (!o.crowd()) {
          Box b = o.box();
          boxes.add(new double[] {(b.right() - b.left()) * x, (b.bottom() - b.top()) * y});
        }
      }
    }
    try {
      double[][] sizes = boxes.toArray(double[][]::new);
      return Optional.of(AnchorClusters.of(sizes, ANCHORS, Seed.of(0)));
    } catch (FoveaException e) {
      // Fewer sizes than anchors: the report goes without them.
      return Optional.empty();
    }
  }

  /** Returns the size that most pictures have. */
  static Optional<Size> usualSize(List<LabelledPicture> pictures) {
    Map<Size, Integer> counts = new LinkedHashMap<>();
    pictures.forEach(p -> counts.merge(p.size(), 1, Integer::sum));
    return counts.entrySet().stream()
        .max(Comparator.comparingInt(Map.Entry::getValue))
        .map(Map.Entry::getKey);
  }

  private static int pairs(LabelledPicture p) {
    int pairs = 0;
    List<LabelledObject> all = p.objects();
    for (int i = 0; i < all.size(); i++) {
      for (int j = 0; j < i; j++) {
        Box a = all.get(i).box();
        Box b = all.get(j).box();
        pairs += a.label() == b.label() && iou(a, b) > 0.5 ? 1 : 0;
      }
    }
    return pairs;
  }

  private static double iou(Box a, Box b) {
    double w = Math.min(a.right(), b.right()) - Math.max(a.left(), b.left());
    double h = Math.min(a.bottom(), b.bottom()) - Math.max(a.top(), b.top());
    double both = Math.max(0, w) * Math.max(0, h);
    return both / (a.area() + b.area() - both);
  }
}
