package dev.fovea.systems.pose;

import dev.fovea.data.Batch;
import dev.fovea.data.Box;
import dev.fovea.data.Dataset;
import dev.fovea.data.KeyPoint;
import dev.fovea.systems.Pose;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.systems.label.LabelledObject;
import dev.fovea.systems.measure.CocoEvaluation;
import dev.fovea.systems.measure.CocoResult;
import dev.fovea.systems.measure.Found;
import dev.fovea.systems.measure.KeyPointAccuracy;
import dev.fovea.systems.measure.KeyPointSimilarity;
import dev.fovea.systems.measure.Truth;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.Measure;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Figures of how well a network finds key points, while it is trained and afterwards. */
public final class PoseMeasure implements Measure {
  /** The share of the longer side of its box within which a point of an object is near. */
  public static final double NEAR = 0.1;

  private final PoseReader reader;
  private final LabelledData samples;
  private final List<String> names;
  private final Supplier<Figures> begin;

  /** Figures that grow picture by picture. */
  private interface Figures {
    /** Adds a picture: the objects of the class, and what was found. */
    void add(List<LabelledObject> objects, List<Pose> found);

    List<Double> values();
  }

  private PoseMeasure(
      PoseReader reader, LabelledData samples, List<String> names, Supplier<Figures> begin) {
    this.reader = new PoseReader(reader.rule().least(0, 0), reader.label(), reader.input());
    this.samples = samples;
    this.names = names;
    this.begin = begin;
  }

  /**
   * Measures {@code pck}, the share of the largest object's points that the surest pose has nearer
   * than a share of the longer side of its box; the mean over kinds of points.
   *
   * @param reader how outputs are read
   * @param samples what is evaluated
   * @param threshold the share, such as 0.1
   */
  public static PoseMeasure correct(PoseReader reader, LabelledData samples, double threshold) {
    return accuracy(
        reader, samples, List.of("pck"), threshold, PoseMeasure::side, r -> List.of(r.mean()));
  }

  /**
   * Measures {@code pck_0}, {@code pck_1} …, the same of each kind of points alone; NaN of those
   * that no object has.
   *
   * @param reader how outputs are read
   * @param samples what is evaluated
   * @param threshold the share, such as 0.1
   */
  public static PoseMeasure correctByKind(
      PoseReader reader, LabelledData samples, double threshold) {
    int kinds = reader.rule().skeleton().joints().size();
    List<String> names = IntStream.range(0, kinds).mapToObj(k -> "pck_" + k).toList();
    return accuracy(
        reader, samples, names, threshold, PoseMeasure::side, KeyPointAccuracy.Result::perKind);
  }

  private static double side(Box object) {
    return Math.max(object.right() - object.left(), object.bottom() - object.top());
  }

  /**
   * Measures {@code nme}, the mean distance of the largest object's points in shares of that of two
   * of them, such as the pupils of a face.
   *
   * @param reader how outputs are read
   * @param samples what is evaluated
   * @param first the kind of one of the two
   * @param second the kind of the other
   */
  public static PoseMeasure error(PoseReader reader, LabelledData samples, int first, int second) {
    return accuracy(
        reader,
        samples,
        List.of("nme"),
        1,
        o -> distance(o.points(), first, second),
        r -> List.of(r.normalizedMeanError()));
  }

  /** What distances in an object are divided by; 0 where that is not known. */
  @FunctionalInterface
  private interface Extent {
    double of(Box object);
  }

  /** The figures of a result that count; below 0 where there is none. */
  @FunctionalInterface
  private interface Chosen {
    List<Double> of(KeyPointAccuracy.Result result);
  }

  private static double distance(List<KeyPoint> points, int first, int second) {
    Optional<KeyPoint> a = known(points, first);
    Optional<KeyPoint> b = known(points, second);
    return a.isPresent() && b.isPresent()
        ? Math.hypot(a.get().x() - b.get().x(), a.get().y() - b.get().y())
        : 0;
  }

  private static Optional<KeyPoint> known(List<KeyPoint> points, int kind) {
    return points.stream().filter(p -> p.label() == kind && p.isKnown()).findFirst();
  }

  private static PoseMeasure accuracy(
      PoseReader reader,
      LabelledData samples,
      List<String> names,
      double threshold,
      Extent extent,
      Chosen chosen) {
    int kinds = reader.rule().skeleton().joints().size();
    Supplier<Figures> begin =
        () -> {
          KeyPointAccuracy accuracy = KeyPointAccuracy.pck(kinds, threshold);
          return new Figures() {
            @Override
            public void add(List<LabelledObject> objects, List<Pose> found) {
              Optional<Box> object =
                  objects.stream()
                      .filter(o -> !o.crowd())
                      .map(LabelledObject::box)
                      .filter(b -> extent.of(b) > 0)
                      .max(Comparator.comparingDouble(Box::area));
              object.ifPresent(o -> {
                List<KeyPoint> points = found.isEmpty() ? List.of() : found.get(0).found();
                accuracy.add(o.points(), points, extent.of(o));
              });
            }

            @Override
            public List<Double> values() {
              return chosen.of(accuracy.result()).stream().map(PoseMeasure::known).toList();
            }
          };
        };
    return new PoseMeasure(reader, samples, names, begin);
  }

  private static double known(double figure) {
    return figure < 0 ? Double.NaN : figure;
  }

  /**
   * Measures COCO's average precision by the similarity of key points, {@code oks_ap} and {@code
   * oks_ap50}.
   *
   * @param reader how outputs are read
   * @param samples what is evaluated
   */
  public static PoseMeasure precision(PoseReader reader, LabelledData samples) {
    KeyPointSimilarity similarity = new KeyPointSimilarity(reader.rule().skeleton().sigmas());
    Supplier<Figures> begin =
        () -> {
          CocoEvaluation evaluation = CocoEvaluation.keyPoints(List.of(reader.label()), similarity);
          return new Figures() {
            @Override
            public void add(List<LabelledObject> objects, List<Pose> found) {
              evaluation.add(
                  objects.stream().map(PoseMeasure::truth).toList(),
                  found.stream().flatMap(p -> p.detection().stream()).map(Found::of).toList());
            }

            @Override
            public List<Double> values() {
              CocoResult result = evaluation.result();
              return List.of(known(result.ap()), known(result.ap50()));
            }
          };
        };
    return new PoseMeasure(reader, samples, List.of("oks_ap", "oks_ap50"), begin);
  }

  /** Returns an object under the number of the only class there is. */
  private static Truth truth(LabelledObject object) {
    Truth t = Truth.of(object);
    return new Truth(0, t.box(), t.area(), t.role(), t.mask(), t.points());
  }

  @Override
  public List<String> names() {
    return names;
  }

  @Override
  public boolean higherIsBetter(String name) {
    return !name.equals("nme");
  }

  @Override
  public Collector collect(Dataset data) {
    Figures figures = begin.get();
    return new Collector() {
      private int next;

      @Override
      public void add(Batch batch, List<Tensor> outputs) {
        for (int i = 0; i < batch.size(); i++, next++) {
          List<LabelledObject> objects =
              samples.labels(next).objects().stream().filter(PoseMeasure.this::isOfClass).toList();
          figures.add(objects, reader.read(outputs, i, samples.placement(next)));
        }
      }

      @Override
      public List<Double> values() {
        return figures.values();
      }
    };
  }

  private boolean isOfClass(LabelledObject object) {
    return samples.things().get(object.box().label()).equals(reader.label());
  }
}
