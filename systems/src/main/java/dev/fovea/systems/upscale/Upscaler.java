package dev.fovea.systems.upscale;

import dev.fovea.data.Preprocessing;
import dev.fovea.nn.Model;
import dev.fovea.systems.upscale.Spans.Span;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import dev.fovea.vision.InputRule;
import java.util.List;
import java.util.Map;

/**
 * Enlarges pictures of any size by a network; any number of threads may use it at once.
 *
 * <p>A network of one channel enlarges brightness (Shi et al., 2016), the colours Cb and Cr are
 * enlarged by bicubic interpolation. A picture larger than the network's input is looked at in
 * windows that overlap by {@value #MARGIN} pixels on each side.
 */
public final class Upscaler {
  /** The name of the text in the metadata that says by how much a network enlarges. */
  public static final String KEY = "upscale";

  private static final int MARGIN = 16;
  private static final int WINDOW_PER_MARGIN = 4;
  private static final float MOST = 255;
  private static final int COLOURS = 3;

  private final Model model;
  private final Preprocessing rule;
  private final int factor;

  private Upscaler(Model model, Preprocessing rule, int factor) {
    this.model = model;
    this.rule = rule;
    this.factor = factor;
  }

  /** Returns whether a model says that it enlarges pictures. */
  public static boolean isUpscaler(Model model) {
    return model.metadata().containsKey(KEY);
  }

  /**
   * Returns the upscaler of a model.
   *
   * @throws FoveaException if its metadata does not say how pictures become inputs, or it does not
   *     enlarge them
   */
  public static Upscaler of(Model model) {
    Map<String, String> texts = model.metadata();
    InputRule rule =
        InputRule.of(texts, "model")
            .orElseThrow(() ->
                new FoveaException(
                    "upscaler: the model does not say how pictures become inputs (no"
                        + " \"preprocessing\" in its metadata)"));
    return new Upscaler(model, rule.preprocessing(), factor(model));
  }

  /**
   * Returns by how much a network enlarges height and width.
   *
   * @throws FoveaException if it gives no larger pictures of as many channels
   */
  public static int factor(Model model) {
    List<Shape> in = model.inputs();
    List<Shape> out = model.outputs();
    if (in.size() == 1 && out.size() == 1 && in.get(0).rank() == 3 && out.get(0).rank() == 3) {
      Shape small = in.get(0);
      Shape large = out.get(0);
      // One channel is one map, wherever a file has the axis.
      boolean first = small.dim(2) == 1 && large.dim(0) == 1;
      int factor = large.dim(first ? 1 : 0) / small.dim(0);
      int height = factor * small.dim(0);
      int width = factor * small.dim(1);
      Shape wanted = first ? Shape.of(1, height, width) : Shape.of(height, width, small.dim(2));
      if (factor > 1 && wanted.equals(large) && List.of(1, COLOURS).contains(small.dim(2))) {
        return factor;
      }
    }
    throw new FoveaException(
        "upscaler: a network of one picture that gives a larger one expected, got %s that gives %s"
            .formatted(in, out));
  }

  /** Returns by how much height and width are enlarged. */
  public int factor() {
    return factor;
  }

  /**
   * Returns an enlarged picture.
   *
   * @param image the picture [H, W, 1] or [H, W, 3], its values 0 … 255
   * @return [factor · H, factor · W, as many channels], its values 0 … 255
   * @throws FoveaException if it is no picture
   */
  public Tensor upscale(Tensor image) {
    if (rule.channels() == COLOURS) {
      Tensor large = enlarged(Images.toRgb(image));
      return image.shape().dim(2) == 1 ? Images.toGrey(large) : large;
    }
    Tensor bright = enlarged(Images.toGrey(image));
    if (image.shape().dim(2) == 1) {
      return bright;
    }
    Tensor smooth =
        Images.resizeCubic(Images.toRgb(image), bright.shape().dim(0), bright.shape().dim(1));
    return coloured(bright, smooth);
  }

  /**
   * Returns a picture of the brightness of one and the colours of another: with Y, Cb and Cr of
   * ITU-R BT.601, R = Y + 1.402 Cr and so on depend on Y by sums alone, so the difference of both
   * brightnesses is added to each colour.
   */
  private static Tensor coloured(Tensor bright, Tensor colours) {
    Tensor own = Images.toGrey(colours);
    Tensor out = colours.copy();
    for (int i = 0; i < out.data().length; i++) {
      int pixel = i / COLOURS;
      float value = out.data()[i] + bright.data()[pixel] - own.data()[pixel];
      out.data()[i] = Math.clamp(value, 0, MOST);
    }
    return out;
  }

  private Tensor enlarged(Tensor image) {
    int rows = image.shape().dim(0);
    int columns = image.shape().dim(1);
    Tensor out = Tensor.zeros(Shape.of(factor * rows, factor * columns, image.shape().dim(2)));
    for (Span y : spans(rows, rule.height())) {
      for (Span x : spans(columns, rule.width())) {
        Tensor window = window(image, y.start(), x.start());
        rule.normalize(window.data(), 0, window.data().length);
        Shape one = window.shape().prepend(1);
        copy(model.run(window.reshape(one)), y, x, out);
      }
    }
    return out;
  }

  private static List<Span> spans(int extent, int length) {
    return Spans.of(extent, length, Math.min(MARGIN, length / WINDOW_PER_MARGIN));
  }

  /** Returns a part of a picture; its last pixels are repeated beyond its ends. */
  private Tensor window(Tensor image, int top, int left) {
    int channels = image.shape().dim(2);
    Tensor part = Tensor.zeros(rule.shape());
    for (int y = 0; y < rule.height(); y++) {
      int row = Math.min(top + y, image.shape().dim(0) - 1);
      for (int x = 0; x < rule.width(); x++) {
        int column = Math.min(left + x, image.shape().dim(1) - 1);
        System.arraycopy(
            image.data(),
            (row * image.shape().dim(1) + column) * channels,
            part.data(),
            (y * rule.width() + x) * channels,
            channels);
      }
    }
    return part;
  }

  private void copy(Tensor window, Span y, Span x, Tensor out) {
    int channels = out.shape().dim(2);
    int width = factor * (x.to() - x.from()) * channels;
    float[] row = new float[width];
    for (int line = factor * y.from(); line < factor * y.to(); line++) {
      int from =
          ((line - factor * y.start()) * factor * rule.width() + factor * (x.from() - x.start()))
              * channels;
      System.arraycopy(window.data(), from, row, 0, width);
      for (int i = 0; i < width; i++) {
        row[i] = Math.clamp(rule.denormalize(row[i], i % channels), 0, MOST);
      }
      int to = (line * out.shape().dim(1) + factor * x.from()) * channels;
      System.arraycopy(row, 0, out.data(), to, width);
    }
  }

  @Override
  public String toString() {
    return "upscaler ×" + factor;
  }
}
