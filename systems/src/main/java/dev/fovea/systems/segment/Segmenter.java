package dev.fovea.systems.segment;

import dev.fovea.data.Task;
import dev.fovea.nn.Model;
import dev.fovea.nn.Output;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.InputRule;
import dev.fovea.vision.Placed;
import dev.fovea.vision.Placement;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the class of each pixel of pictures of any size; any number of threads may use it at once.
 *
 * <p>A picture becomes an input by the rule that lies in the model's metadata. What the network
 * says of its pixels is interpolated linearly between their middles, and each pixel of the picture
 * gets the class that is likeliest in its middle.
 */
public final class Segmenter {
  private final Model model;
  private final InputRule rule;
  private final Optional<Tiling> tiling;
  private final boolean mirrored;

  private Segmenter(Model model, InputRule rule, Optional<Tiling> tiling, boolean mirrored) {
    this.model = model;
    this.rule = rule;
    this.tiling = tiling;
    this.mirrored = mirrored;
  }

  /**
   * Returns the segmenter of a model that says in its metadata how pictures become inputs.
   *
   * @throws FoveaException if it does not say so, or does not answer with classes of pixels
   */
  public static Segmenter of(Model model) {
    Map<String, String> texts = model.metadata();
    return of(
        model,
        InputRule.of(texts, "model")
            .orElseThrow(() ->
                new FoveaException(
                    "segmenter: the model does not say how pictures become inputs (no"
                        + " \"preprocessing\" in its metadata)")));
  }

  /**
   * Returns the segmenter of a model.
   *
   * @param rule how pictures become inputs
   * @throws FoveaException if it does not answer with classes of pixels
   */
  public static Segmenter of(Model model, InputRule rule) {
    Output output = model.output(0);
    if (output.task() != Task.MASK || output.shape().rank() != 3) {
      throw new FoveaException(
          "segmenter: the model answers with %s %s, classes of pixels [H, W, C] expected"
              .formatted(output.task().text(), output.shape()));
    }
    return new Segmenter(model, rule, Optional.empty(), false);
  }

  /**
   * Returns this segmenter looking at large pictures in tiles, each of which becomes an input of
   * the network.
   */
  public Segmenter tiled(Tiling by) {
    return new Segmenter(model, rule, Optional.of(by), mirrored);
  }

  /**
   * Returns this segmenter looking at each picture and its mirror image: what the network says of a
   * pixel is the mean of what it says of it in both.
   */
  public Segmenter mirrored() {
    return new Segmenter(model, rule, tiling, true);
  }

  /**
   * Returns the class of each pixel of a picture.
   *
   * @param image the picture [H, W, C], its values 0 … 255
   * @throws FoveaException if it is no picture, or the network gives a number that is not finite
   */
  public SegmentationMap segment(Tensor image) {
    Tensor classes =
        tiling.isPresent()
            ? tiles(image, tiling.get())
            : classes(rule.place(image), Placement.Size.of(image.shape()));
    return map(classes);
  }

  /** Returns the class of each pixel of a picture that was read into the input's size. */
  public SegmentationMap segment(Placed placed) {
    return map(classes(placed, placed.placement().picture()));
  }

  /**
   * Returns the class of each pixel of a picture from what the network has said of a batch.
   *
   * @param outputs the outputs [N, …]
   * @param sample the number of the picture in the batch
   * @param placement where in the input it lies
   */
  public SegmentationMap read(List<Tensor> outputs, int sample, Placement placement) {
    return map(classes(outputs.get(0).sample(sample), placement, placement.picture()));
  }

  private SegmentationMap map(Tensor classes) {
    String text = model.metadata().getOrDefault("labels", "");
    List<String> labels = text.isEmpty() ? List.of() : List.of(text.split("\n", -1));
    return new SegmentationMap(classes, model.output(0).classes(), labels);
  }

  private Tensor tiles(Tensor image, Tiling by) {
    Placement.Size size = Placement.Size.of(image.shape());
    Mirrored all = new Mirrored(image);
    Tensor classes = Tensor.zeros(Shape.of(size.height(), size.width()));
    for (int top = 0; top < size.height(); top += by.step()) {
      for (int left = 0; left < size.width(); left += by.step()) {
        Tensor tile = all.part(top - by.margin(), left - by.margin(), by.side(), by.side());
        Tensor found = classes(rule.place(tile), Placement.Size.of(tile.shape()));
        int columns = Math.min(by.step(), size.width() - left);
        for (int y = 0; y < Math.min(by.step(), size.height() - top); y++) {
          int from = (y + by.margin()) * by.side() + by.margin();
          int to = (top + y) * size.width() + left;
          System.arraycopy(found.data(), from, classes.data(), to, columns);
        }
      }
    }
    return classes;
  }

  /** Returns what the network says of the pixels of an input [H, W, C]. */
  private Tensor said(Tensor input) {
    Tensor values = run(input);
    if (mirrored) {
      Tensor other = mirror(run(mirror(input)));
      for (int i = 0; i < values.data().length; i++) {
        values.data()[i] = (values.data()[i] + other.data()[i]) / 2;
      }
    }
    return values;
  }

  private Tensor run(Tensor input) {
    Tensor values = model.run(input.reshape(input.shape().prepend(1)));
    return values.reshape(values.shape().dropFirst());
  }

  /** Returns a map [H, W, C] with left and right exchanged. */
  private static Tensor mirror(Tensor map) {
    int width = map.shape().dim(1);
    int channels = map.shape().dim(2);
    Tensor mirror = Tensor.zeros(map.shape());
    for (int i = 0; i < map.shape().dim(0) * width; i++) {
      int from = i / width * width + width - 1 - i % width;
      System.arraycopy(map.data(), from * channels, mirror.data(), i * channels, channels);
    }
    return mirror;
  }

  private Tensor classes(Placed placed, Placement.Size size) {
    return classes(said(rule.input(placed.input())), placed.placement(), size);
  }

  private Tensor classes(Tensor values, Placement placement, Placement.Size size) {
    for (float v : values.data()) {
      if (!Float.isFinite(v)) {
        throw new FoveaException(
            "segmenter: the network gives a number that is not finite; its weights are damaged or"
                + " too large");
      }
    }
    PictureNumbers numbers = new PictureNumbers(values, placement);
    Output output = model.output(0);
    Tensor classes = Tensor.zeros(Shape.of(size.height(), size.width()));
    for (int y = 0; y < size.height(); y++) {
      for (int x = 0; x < size.width(); x++) {
        float[] at = numbers.at(x, y);
        classes.data()[y * size.width() + x] = at.length == 0 ? -1 : output.best(at, 0);
      }
    }
    return classes;
  }
}
