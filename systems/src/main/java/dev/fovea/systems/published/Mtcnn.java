package dev.fovea.systems.published;

import dev.fovea.data.Box;
import dev.fovea.data.KeyPoint;
import dev.fovea.data.KeyPoint.Visibility;
import dev.fovea.nn.Model;
import dev.fovea.systems.Detection;
import dev.fovea.systems.box.BoxArray;
import dev.fovea.systems.box.Suppression;
import dev.fovea.systems.label.Skeleton;
import dev.fovea.systems.pose.Crop;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Finds faces and five points of each by a cascade of three networks (Zhang, Zhang, Li, Qiao 2016,
 * "Joint Face Detection and Alignment using Multitask Cascaded Convolutional Networks").
 *
 * <p>The first looks at all places of the picture in sizes that fall by a factor of 0.709, in
 * squares of 12 pixels, two pixels apart; the second at what the first takes for a face, in 24×24
 * pixels, the third at what the second leaves, in 48×48. Each corrects the boxes of the one before.
 * The networks were trained with rows and columns exchanged, and are given pictures so; values 0 …
 * 255 become (value − 127.5) / 128.
 *
 * <p>It never changes, and any number of threads may use it at once.
 */
public final class Mtcnn {
  /** The name in commands. */
  public static final String NAME = "mtcnn";

  /**
   * The height and width of the input that the first network is built for; larger pictures are
   * looked at in such windows.
   */
  public static final int WINDOW = 138;

  /** The five points of a face; their sides are the person's. */
  public static final Skeleton SKELETON =
      Skeleton.of(List.of("right_eye", "left_eye", "nose", "right_mouth", "left_mouth"), List.of());

  private static final int CELL = 12;
  private static final int STRIDE = 2;

  /** How many places the first network tells in a row of a window. */
  private static final int PLACES = (WINDOW - CELL) / STRIDE + 1;

  private static final double SMALLEST = 20;
  private static final double FACTOR = 0.709;
  private static final double[] SCORES = {0.6, 0.7, 0.7};
  private static final double OVERLAP_IN_SCALE = 0.5;
  private static final double OVERLAP = 0.7;
  private static final int SECOND = 24;
  private static final int THIRD = 48;

  /** More places than this the first network does not hand on, the surest ones. */
  private static final int MOST = 3000;

  private static final float HALF = 127.5f;
  private static final float NORM = 128;
  private static final int CORNERS = 4;
  private static final int POINTS = 5;

  private final Stage first;
  private final Stage second;
  private final Stage third;

  /** A network with the numbers of its outputs; −1 for points that it does not tell. */
  private record Stage(Model model, int scores, int corners, int points) {
    static Stage of(String which, Model model, int side, boolean points) {
      if (!model.inputs().equals(List.of(Shape.of(side, side, 3)))) {
        throw new FoveaException(
            "mtcnn: the %s network takes %s, [%s, %s, 3] expected"
                .formatted(which, model.inputs(), side, side));
      }
      return new Stage(
          model,
          output(which, model, 2),
          output(which, model, CORNERS),
          points ? output(which, model, 2 * POINTS) : -1);
    }

    private static int output(String which, Model model, int channels) {
      for (int i = 0; i < model.outputs().size(); i++) {
        if (model.outputs().get(i).dim(-1) == channels) {
          return i;
        }
      }
      throw new FoveaException(
          "mtcnn: the %s network gives %s, an output of %s channels expected"
              .formatted(which, model.outputs(), channels));
    }
  }

  /** What is taken for a face: its box, how sure that is, and how the box is to be corrected. */
  private record Face(Box box, double score, FloatBuffer corners) {
    /** Returns the face with its box corrected: corners are moved by shares of its sides. */
    Face corrected() {
      double w = box.right() - box.left();
      double h = box.bottom() - box.top();
      double l = box.left() + corners.get(0) * w;
      double t = box.top() + corners.get(1) * h;
      double r = box.right() + corners.get(2) * w;
      double b = box.bottom() + corners.get(3) * h;
      boolean area = r > l && b > t;
      return area ? new Face(box.at(l, t, r, b), score, corners) : this;
    }
  }

  /**
   * Creates a cascade.
   *
   * @param first looks at windows of {@link #WINDOW} pixels
   * @param second looks at parts of 24×24 pixels
   * @param third looks at parts of 48×48 pixels and tells points
   * @throws FoveaException if a network is not of its kind
   */
  public Mtcnn(Model first, Model second, Model third) {
    this.first = Stage.of("first", first, WINDOW, false);
    this.second = Stage.of("second", second, SECOND, false);
    this.third = Stage.of("third", third, THIRD, true);
  }

  /**
   * Returns the faces in a picture with their points, the surest first.
   *
   * @param picture [H, W, C] of any size, its values 0 … 255
   */
  public List<Detection> detect(Tensor picture) {
    Tensor colours = Images.toRgb(picture);
    List<Face> all = new ArrayList<>();
    double side = Math.min(colours.shape().dim(0), colours.shape().dim(1));
    for (double scale = CELL / SMALLEST; side * scale >= CELL; scale *= FACTOR) {
      all.addAll(suppressed(proposed(colours, scale), OVERLAP_IN_SCALE));
    }
    List<Face> proposals = suppressed(all, OVERLAP);
    List<Face> refined =
        seen(colours, proposals.subList(0, Math.min(MOST, proposals.size())), second, SECOND, 1);
    List<Face> faces = seen(colours, suppressed(refined, OVERLAP), third, THIRD, 2);
    Stream<Face> corrected = faces.stream().map(Face::corrected);
    return apart(corrected.sorted(Comparator.comparingDouble(f -> -f.score)).toList()).stream()
        .map(f -> new Detection(f.box, "face", f.score))
        .toList();
  }

  /** Returns what the first network takes for faces in a picture scaled by a factor. */
  private List<Face> proposed(Tensor picture, double scale) {
    int height = (int) Math.ceil(picture.shape().dim(0) * scale);
    int width = (int) Math.ceil(picture.shape().dim(1) * scale);
    Tensor small = Images.resize(picture, height, width);
    List<Face> found = new ArrayList<>();
    int step = PLACES * STRIDE;
    for (int top = 0; top + CELL <= height; top += step) {
      for (int left = 0; left + CELL <= width; left += step) {
        Tensor window = new Crop(left, top, WINDOW, WINDOW).of(small);
        List<Tensor> told = first.model.run(List.of(turned(window)));
        collect(told, left, top, small.shape(), scale, found);
      }
    }
    return found;
  }

  private void collect(
      List<Tensor> told, int left, int top, Shape small, double scale, List<Face> found) {
    for (int i = 0; i < PLACES * PLACES; i++) {
      int x = left + i / PLACES * STRIDE;
      int y = top + i % PLACES * STRIDE;
      double score = told.get(first.scores).data()[2 * i + 1];
      boolean inside = x + CELL <= small.dim(1) && y + CELL <= small.dim(0);
      if (inside && score >= SCORES[0]) {
        Box box = new Box(x / scale, y / scale, (x + CELL) / scale, (y + CELL) / scale, 0);
        found.add(new Face(box, score, part(told.get(first.corners), i, CORNERS)));
      }
    }
  }

  /** Returns which of the faces another network takes for faces, too. */
  private static List<Face> seen(
      Tensor picture, List<Face> faces, Stage stage, int side, int number) {
    List<Face> found = new ArrayList<>();
    for (Face face : faces) {
      Crop crop = Crop.around(face.corrected().box, 1, 1);
      Tensor part = Images.resize(crop.of(picture), side, side);
      List<Tensor> told = stage.model.run(List.of(turned(part)));
      double score = told.get(stage.scores).data()[1];
      if (score > SCORES[number]) {
        Box box =
            new Box(
                crop.left(),
                crop.top(),
                crop.left() + crop.width(),
                crop.top() + crop.height(),
                0,
                stage.points < 0 ? List.of() : places(crop, told.get(stage.points)));
        found.add(new Face(box, score, part(told.get(stage.corners), 0, CORNERS)));
      }
    }
    return found;
  }

  private static FloatBuffer part(Tensor all, int number, int length) {
    return FloatBuffer.wrap(all.data()).slice(number * length, length);
  }

  /** Returns the points of a face: their places in a row, then those in a column, as shares. */
  private static List<KeyPoint> places(Crop crop, Tensor points) {
    List<KeyPoint> places = new ArrayList<>();
    for (int i = 0; i < POINTS; i++) {
      double x = crop.left() + points.data()[i] * crop.width();
      double y = crop.top() + points.data()[POINTS + i] * crop.height();
      places.add(new KeyPoint(x, y, i, Visibility.VISIBLE));
    }
    return places;
  }

  /** Returns a picture as the input of a network, rows and columns exchanged. */
  private static Tensor turned(Tensor picture) {
    int side = picture.shape().dim(0);
    Tensor input = Tensor.zeros(picture.shape().prepend(1));
    for (int i = 0; i < input.data().length; i++) {
      int x = i / 3 / side;
      int y = i / 3 % side;
      input.data()[i] = (picture.data()[(y * side + x) * 3 + i % 3] - HALF) / NORM;
    }
    return input;
  }

  /** Returns the faces that stay where one of two with a larger IoU goes, the surest first. */
  private static List<Face> suppressed(List<Face> faces, double overlap) {
    float[] scores = new float[faces.size()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = (float) faces.get(i).score;
    }
    BoxArray boxes = BoxArray.of(faces.stream().map(Face::box).toList());
    return Arrays.stream(Suppression.above(overlap).keep(boxes, scores))
        .mapToObj(faces::get)
        .toList();
  }

  /**
   * Returns the faces that stay where the less sure of two goes if what both cover is too large a
   * share of the smaller one: of the few that the last network leaves, none lies within another.
   *
   * @param faces the surest first
   */
  private static List<Face> apart(List<Face> faces) {
    List<Face> kept = new ArrayList<>();
    for (Face face : faces) {
      if (kept.stream().noneMatch(k -> shareOfSmaller(k.box, face.box) > OVERLAP)) {
        kept.add(face);
      }
    }
    return kept;
  }

  private static double shareOfSmaller(Box a, Box b) {
    double w = Math.min(a.right(), b.right()) - Math.max(a.left(), b.left());
    double h = Math.min(a.bottom(), b.bottom()) - Math.max(a.top(), b.top());
    return Math.max(0, w) * Math.max(0, h) / Math.min(a.area(), b.area());
  }
}
