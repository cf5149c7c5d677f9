package dev.fovea.studio.state;

import dev.fovea.insight.probe.Target;
import dev.fovea.insight.unit.FourierSpace;
import dev.fovea.insight.unit.Imagination;
import dev.fovea.insight.unit.PictureSpace;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;

/**
 * The picture that a channel likes best, as people see it.
 *
 * @param picture the picture [H, W, C], values 0 … 255
 * @param value what the channel says to it, the mean over its places
 * @param values what it said while the picture was searched for, the start first
 */
public record Imagined(Tensor picture, double value, List<Double> values) {
  /** So much work, in operations, is done for one picture. */
  private static final double MOST_WORK = 4e10;

  private static final int LEAST_STEPS = 24;
  private static final int USUAL_STEPS = 128;

  /** Copies the list. */
  public Imagined {
    values = List.copyOf(values);
  }

  /** Searches by frequencies, moved, turned and scaled a little from step to step. */
  public static Imagined usual(OpenModel net, Target target) {
    int jitter = Math.clamp(net.input().dim(0) / 28, 1, 8);
    int steps = Math.min(mostSteps(net), USUAL_STEPS);
    return of(net, target, Imagination.Search.robust(steps, jitter), true);
  }

  /** Returns how many steps may be asked for: the more, the less work the network is. */
  public static int mostSteps(OpenModel net) {
    long flops = Math.max(1, net.model().summary().flops());
    return Math.clamp((long) (MOST_WORK / (3.0 * flops)), LEAST_STEPS, 512);
  }

  /**
   * Searches for the picture; the same bits every time.
   *
   * @param frequencies whether it is searched for by its frequencies, else by its pixels
   * @throws FoveaException if more steps are asked for than there may be
   */
  public static Imagined of(
      OpenModel net, Target target, Imagination.Search search, boolean frequencies) {
    if (search.steps() > mostSteps(net)) {
      throw new FoveaException(
          "imagine: at most %s steps of a network as large as %s, got %s"
              .formatted(mostSteps(net), net.name(), search.steps()));
    }
    Tensor black = edge(net, 0);
    Tensor white = edge(net, 255);
    PictureSpace space =
        frequencies
            ? new FourierSpace(
                net.model().engine(), net.input(), black.data(), white.data(), net.rule().bgr())
            : box(net.input(), black.data(), white.data());
    Imagination found = Imagination.of(net.model(), target, space, search, Seed.of(1));
    return new Imagined(pixels(net, found.picture(), black, white), found.value(), found.values());
  }

  /** Returns pixels from the least black to the greatest white of all channels. */
  private static PictureSpace box(Shape input, float[] black, float[] white) {
    float low = Float.POSITIVE_INFINITY;
    float high = Float.NEGATIVE_INFINITY;
    for (int c = 0; c < black.length; c++) {
      low = Math.min(low, Math.min(black[c], white[c]));
      high = Math.max(high, Math.max(black[c], white[c]));
    }
    return new PictureSpace.Box(input, low, high);
  }

  /** Returns the value of each channel for a picture that is one number everywhere. */
  private static Tensor edge(OpenModel net, float pixel) {
    Tensor input = net.rule().input(Tensor.full(net.input(), pixel));
    Tensor channels = Tensor.zeros(Shape.of(net.input().dim(2)));
    System.arraycopy(input.data(), 0, channels.data(), 0, channels.data().length);
    return channels;
  }

  /** Returns an input as a picture of red, green, blue, 0 … 255. */
  private static Tensor pixels(OpenModel net, Tensor input, Tensor black, Tensor white) {
    Tensor out = Tensor.zeros(input.shape());
    int channels = black.data().length;
    for (int i = 0; i < out.data().length; i++) {
      float low = black.data()[i % channels];
      out.data()[i] = 255 * (input.data()[i] - low) / (white.data()[i % channels] - low);
    }
    return net.rule().reordered(out);
  }
}
