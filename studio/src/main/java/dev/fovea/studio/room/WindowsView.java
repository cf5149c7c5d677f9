package dev.fovea.studio.room;

import dev.fovea.data.Digits;
import dev.fovea.studio.state.OneAtATime;
import dev.fovea.studio.state.OpenModel;
import dev.fovea.studio.state.Workspace.Picture;
import dev.fovea.studio.web.Bundle;
import dev.fovea.studio.web.Fields;
import dev.fovea.systems.Detection;
import dev.fovea.systems.box.BoxArray;
import dev.fovea.systems.window.SlidingWindow;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * A classifier asked about every window of a picture: where each window lies, what it says of it,
 * and how long that takes, window by window and in one pass.
 */
final class WindowsView {
  /** The most windows, and the most operations that asking about all of them may take. */
  private static final long MOST_WINDOWS = 2_500;

  private static final double MOST_WORK = 3e11;

  /** The most pixels that a picture may have once it is enlarged: one pass computes maps of all. */
  private static final long MOST_PIXELS = 4_000_000;

  private static final double SHORT_NANOS = 1e9;
  private static final int PAGE_HEIGHT = 56;
  private static final int PAGE_WIDTH = 112;

  private final OneAtATime turn =
      new OneAtATime("detect: another picture is being searched by windows; ask again");

  /**
   * What is asked.
   *
   * @param scale by what height and width of the picture are multiplied
   * @param step how many pixels windows are apart
   * @param shown the class whose scores are shown
   * @param least the least score of what is found
   * @param overlap the IoU above which the less sure of two goes
   */
  private record Asked(double scale, int step, int shown, double least, double overlap) {
    static Asked of(Fields f, int classes) {
      return new Asked(
          f.number("scale", 0.05, 8),
          f.integer("step", 1, 512),
          f.integer("class", 0, classes - 1),
          f.number("least", 0, 1, 0.9),
          f.number("overlap", 0, 1, 0.3));
    }
  }

  /** Returns a page with three digits [56, 112, 1], values 0 … 255. */
  static Tensor digits() {
    Tensor page = Tensor.zeros(Shape.of(PAGE_HEIGHT, PAGE_WIDTH, 1));
    int[][] places = {{3, 4, 6}, {7, 24, 40}, {5, 8, 80}}; // digit, top, left
    for (int[] at : places) {
      byte[] digit = Digits.draw(at[0], Seed.of(20).split(at[0]));
      for (int i = 0; i < digit.length; i++) {
        int y = at[1] + i / Digits.SIZE;
        int x = at[2] + i % Digits.SIZE;
        page.data()[y * PAGE_WIDTH + x] = digit[i] & 0xFF;
      }
    }
    return page;
  }

  /** Asks about all windows. */
  Bundle of(OpenModel net, Picture picture, Fields f) {
    if (!net.classifiesPictures()) {
      throw new FoveaException("detect: " + net.name() + " does not tell classes of pictures");
    }
    Asked asked = Asked.of(f, classes(net));
    Shape size = picture.image().shape();
    int height = scaled(size.dim(0), asked);
    int width = scaled(size.dim(1), asked);
    requireSmall(height, width);
    int rows = count(height, net.input().dim(0), asked);
    int columns = count(width, net.input().dim(1), asked);
    requireBounded(rows, columns, net);
    Tensor image = same(picture.image(), net.input().dim(2));
    return turn.alone(() -> told(net, image, asked, rows, columns));
  }

  /** Returns a picture of one channel as one of three, or the other way round. */
  private static Tensor same(Tensor image, int channels) {
    int own = image.shape().dim(2);
    if (own == channels) {
      return image;
    }
    return channels == 1 ? Images.toGrey(image) : Images.toRgb(image);
  }

  private static int scaled(int extent, Asked asked) {
    return Math.max(1, (int) Math.round(extent * asked.scale));
  }

  private static void requireSmall(int height, int width) {
    if ((long) height * width > MOST_PIXELS) {
      throw new FoveaException(
          "sliding window: %s×%s pixels of the picture are more than %s million; make it smaller"
              .formatted(height, width, MOST_PIXELS / 1_000_000));
    }
  }

  private static int count(int extent, int window, Asked asked) {
    if (extent < window) {
      throw new FoveaException(
          "sliding window: %s pixels of the picture are fewer than the %s of a window; enlarge it"
              .formatted(extent, window));
    }
    return (extent - window) / asked.step + 1;
  }

  private static void requireBounded(long rows, long columns, OpenModel net) {
    double work = (double) rows * columns * net.model().summary().flops();
    if (rows * columns > MOST_WINDOWS || work > MOST_WORK) {
      throw new FoveaException(
          String.format(
              Locale.ROOT,
              "sliding window: %d windows, %.1f GFLOP, are more than %d or %.0f; take larger steps"
                  + " or make the picture smaller",
              rows * columns,
              work / 1e9,
              MOST_WINDOWS,
              MOST_WORK / 1e9));
    }
  }

  private static Bundle told(OpenModel net, Tensor image, Asked asked, int rows, int columns) {
    SlidingWindow windows =
        new SlidingWindow(net.model(), net.rule(), asked.step, List.of(asked.scale));
    Timed each = Timed.of(() -> windows.each(image));
    List<Detection> found =
        each.scores.detections(net.model().labels(), "background", asked.least, asked.overlap);
    Map<String, Object> head = new LinkedHashMap<>();
    head.put("height", image.shape().dim(0));
    head.put("width", image.shape().dim(1));
    head.put("rows", rows);
    head.put("columns", columns);
    head.put("classes", IntStream.range(0, classes(net)).mapToObj(net::label).toList());
    head.put("each", each.millis);
    inOnePass(head, windows, image, each.scores);
    head.put("flops", net.model().summary().flops());
    head.put("found", found.stream().map(FoundView::found).toList());
    Bundle bundle = Pictures.bytes(head, Images.within(image, FoundView.SHOWN));
    return bundle
        .add("boxes", List.of(rows * columns, 4), corners(each.scores.boxes()))
        .add("scores", List.of(1, rows, columns), scores(each.scores, asked.shown));
  }

  /** Tells how long one pass takes and how far its scores are, or why it cannot be made. */
  private static void inOnePass(
      Map<String, Object> head, SlidingWindow windows, Tensor image, SlidingWindow.Scores each) {
    try {
      Timed pass = Timed.of(() -> windows.pass(image));
      head.put("pass", pass.millis);
      head.put("difference", difference(each, pass.scores));
    } catch (FoveaException e) {
      head.put("refused", String.valueOf(e.getMessage()));
    }
  }

  private static int classes(OpenModel net) {
    return net.model().output(0).classes();
  }

  private static float[] corners(BoxArray boxes) {
    float[] all = new float[4 * boxes.size()];
    for (int i = 0; i < boxes.size(); i++) {
      all[4 * i] = (float) boxes.left(i);
      all[4 * i + 1] = (float) boxes.top(i);
      all[4 * i + 2] = (float) boxes.right(i);
      all[4 * i + 3] = (float) boxes.bottom(i);
    }
    return all;
  }

  private static float[] scores(SlidingWindow.Scores scores, int shown) {
    float[] all = new float[scores.probabilities().size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = scores.probabilities().get(i)[shown];
    }
    return all;
  }

  private static double difference(SlidingWindow.Scores a, SlidingWindow.Scores b) {
    double most = 0;
    for (int i = 0; i < a.probabilities().size(); i++) {
      float[] p = a.probabilities().get(i);
      for (int c = 0; c < p.length; c++) {
        most = Math.max(most, Math.abs(p[c] - b.probabilities().get(i)[c]));
      }
    }
    return most;
  }

  /** What was computed and how long it took: where that is short the second time, which is warm. */
  private record Timed(SlidingWindow.Scores scores, double millis) {
    static Timed of(Supplier<SlidingWindow.Scores> work) {
      Timed first = once(work);
      return first.millis * 1e6 < SHORT_NANOS ? once(work) : first;
    }

    private static Timed once(Supplier<SlidingWindow.Scores> work) {
      long begin = System.nanoTime();
      SlidingWindow.Scores scores = work.get();
      return new Timed(scores, (System.nanoTime() - begin) / 1e6);
    }
  }
}
