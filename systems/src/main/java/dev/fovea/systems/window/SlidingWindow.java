package dev.fovea.systems.window;

import dev.fovea.data.Box;
import dev.fovea.data.Preprocessing;
import dev.fovea.engine.Engine;
import dev.fovea.nn.Model;
import dev.fovea.nn.Signal;
import dev.fovea.systems.Detection;
import dev.fovea.systems.box.BoxArray;
import dev.fovea.systems.box.Suppression;
import dev.fovea.systems.window.FullyConvolutional.Passed;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.InputRule;
import dev.fovea.vision.Placement.Size;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Finds objects with a network that knows only what a whole picture shows: it is asked about every
 * window of the size of its input, {@code step} pixels apart, in the picture as it is and made
 * smaller, and where windows of a class overlap the surest stays.
 *
 * <p>{@link #each} asks about one window after the other, in batches; {@link #pass} makes the
 * network {@linkplain FullyConvolutional fully convolutional} and gets the same scores in one pass
 * over the picture.
 *
 * @param classifier the network
 * @param rule how pictures become its inputs
 * @param step how many pixels windows are apart, at each scale
 * @param scales by what height and width of the picture are multiplied, such as 1, 0.7, 0.5
 */
public record SlidingWindow(Model classifier, InputRule rule, int step, List<Double> scales) {
  private static final int BATCH = 64;

  /**
   * Checks the numbers.
   *
   * @throws FoveaException if the step is below 1, or a scale not positive
   */
  public SlidingWindow {
    scales = List.copyOf(scales);
    if (step < 1 || scales.isEmpty() || scales.stream().anyMatch(s -> !(s > 0 && s <= 64))) {
      throw new FoveaException(
          "sliding window: need a step from 1 on and scales above 0 up to 64, got %s and %s"
              .formatted(step, scales));
    }
  }

  /**
   * Windows and what the network says of them.
   *
   * @param boxes the windows in pixels of the picture
   * @param probabilities of each class, one row for each window
   */
  public record Scores(BoxArray boxes, List<float[]> probabilities) {
    /**
     * Returns the windows that are sure enough as detections, the surest first; of those of a class
     * that overlap more than a little the surest alone.
     *
     * @param labels the names of the classes
     * @param background the name of a class that is no object; none if empty
     * @param least the least probability
     * @param overlap the IoU above which the less sure of two goes
     */
    public List<Detection> detections(
        List<String> labels, String background, double least, double overlap) {
      List<Box> all = new ArrayList<>();
      List<Float> sure = new ArrayList<>();
      for (int i = 0; i < boxes.size(); i++) {
        float[] p = probabilities.get(i);
        for (int c = 0; c < p.length; c++) {
          if (p[c] >= least && !name(labels, c).equals(background)) {
            all.add(boxes.box(i, c));
            sure.add(p[c]);
          }
        }
      }
      float[] scores = new float[sure.size()];
      for (int i = 0; i < scores.length; i++) {
        scores[i] = sure.get(i);
      }
      int[] classes = all.stream().mapToInt(Box::label).toArray();
      List<Detection> found = new ArrayList<>();
      for (int i : Suppression.above(overlap).keep(BoxArray.of(all), scores, classes)) {
        found.add(
            new Detection(all.get(i), name(labels, classes[i]), Math.clamp(scores[i], 0f, 1f)));
      }
      return found;
    }

    private static String name(List<String> labels, int number) {
      return number < labels.size() ? labels.get(number) : Integer.toString(number);
    }
  }

  /** Returns what the network says of each window, asked one by one. */
  public Scores each(Tensor picture) {
    Collected all = new Collected(picture);
    for (double scale : scales) {
      Tensor input = scaled(picture, scale);
      Size window = window();
      List<int[]> corners = new ArrayList<>();
      for (int y = 0; y + window.height() <= input.shape().dim(0); y += step) {
        for (int x = 0; x + window.width() <= input.shape().dim(1); x += step) {
          corners.add(new int[] {y, x});
        }
      }
      for (int from = 0; from < corners.size(); from += BATCH) {
        List<int[]> some = corners.subList(from, Math.min(corners.size(), from + BATCH));
        Tensor outputs = classifier.run(cut(input, some));
        for (int i = 0; i < some.size(); i++) {
          all.add(some.get(i)[0], some.get(i)[1], input.shape(), outputs, i);
        }
      }
    }
    return all.scores();
  }

  /**
   * Returns what the network says of each window, in one pass for each scale.
   *
   * @throws FoveaException if the network cannot be made fully convolutional, or windows a step
   *     apart are none of those that it answers for
   */
  public Scores pass(Tensor picture) {
    Collected all = new Collected(picture);
    for (double scale : scales) {
      Tensor input = scaled(picture, scale);
      Shape shape = input.shape();
      if (shape.dim(0) < window().height() || shape.dim(1) < window().width()) {
        continue;
      }
      int[] own = new int[1];
      Model whole =
          Model.build(in -> List.of(passed(in.get(0), own)), List.of(shape), Seed.of(0), engine());
      if (step % own[0] != 0) {
        throw new FoveaException(
            "sliding window: in one pass windows are %s pixels apart, or a multiple; %s are asked for"
                .formatted(own[0], step));
      }
      Tensor outputs = whole.run(input.reshape(shape.prepend(1)));
      // A network may leave out what its strides do not meet, and so answer for windows that end
      // beyond the picture.
      int columns = outputs.shape().dim(2);
      for (int y = 0; y + window().height() <= shape.dim(0); y += step) {
        for (int x = 0; x + window().width() <= shape.dim(1); x += step) {
          all.add(y, x, shape, outputs, y / own[0] * columns + x / own[0]);
        }
      }
    }
    return all.scores();
  }

  private Signal passed(Signal picture, int[] step) {
    Passed passed = FullyConvolutional.over(classifier, picture);
    step[0] = passed.step();
    return passed.outputs();
  }

  private Engine engine() {
    return classifier.engine();
  }

  private Size window() {
    Shape input = classifier.inputs().get(0);
    return new Size(input.dim(0), input.dim(1));
  }

  /** Returns the picture in another size, as the network takes it. */
  private Tensor scaled(Tensor picture, double scale) {
    Preprocessing p = rule.preprocessing();
    int height = Math.max(1, (int) Math.round(picture.shape().dim(0) * scale));
    int width = Math.max(1, (int) Math.round(picture.shape().dim(1) * scale));
    Preprocessing sized =
        new Preprocessing(
            height,
            width,
            p.channels(),
            p.scale(),
            p.mean(),
            p.std(),
            Preprocessing.Resize.STRETCH);
    InputRule own = new InputRule(sized, rule.bgr());
    return own.input(own.place(picture).input());
  }

  private Tensor cut(Tensor input, List<int[]> corners) {
    Size window = window();
    int channels = input.shape().dim(2);
    int row = window.width() * channels;
    Tensor batch =
        Tensor.zeros(Shape.of(corners.size(), window.height(), window.width(), channels));
    for (int i = 0; i < corners.size(); i++) {
      for (int y = 0; y < window.height(); y++) {
        int from = ((corners.get(i)[0] + y) * input.shape().dim(1) + corners.get(i)[1]) * channels;
        System.arraycopy(input.data(), from, batch.data(), (i * window.height() + y) * row, row);
      }
    }
    return batch;
  }

  /** Windows as they come. */
  private final class Collected {
    private final Shape picture;
    private final List<Double> numbers = new ArrayList<>();
    private final List<float[]> probabilities = new ArrayList<>();

    Collected(Tensor picture) {
      this.picture = picture.shape();
    }

    /** Adds a window that begins at a pixel of a scaled picture, with a row of the outputs. */
    void add(int top, int left, Shape scaled, Tensor outputs, int row) {
      double y = (double) picture.dim(0) / scaled.dim(0);
      double x = (double) picture.dim(1) / scaled.dim(1);
      numbers.addAll(
          List.of(left * x, top * y, (left + window().width()) * x, (top + window().height()) * y));
      int width = classifier.outputs().get(0).elements();
      float[] values = Arrays.copyOfRange(outputs.data(), row * width, (row + 1) * width);
      probabilities.add(classifier.output(0).probabilities(values));
    }

    Scores scores() {
      double[] all = numbers.stream().mapToDouble(d -> d).toArray();
      return new Scores(BoxArray.of(all), List.copyOf(probabilities));
    }
  }
}
