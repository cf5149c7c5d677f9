package dev.fovea.cli;

import dev.fovea.systems.Detection;
import dev.fovea.systems.window.SlidingWindow;
import dev.fovea.systems.window.SlidingWindow.Scores;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say how a classifier is asked about windows of a picture. */
final class WindowOptions {
  /** How sure a classifier must be of a window. */
  static final double SCORE = 0.9;

  private static final double OVERLAP = 0.3;
  private static final int STEP = 8;

  /** How windows are looked at. */
  enum Way {
    /** One by one. */
    EACH,
    /** All of a scale at once. */
    PASS,
    /** Both, to see that they agree and how long they take. */
    BOTH
  }

  @Option(
      names = "--windows",
      paramLabel = "WAY",
      description =
          "Ask a classifier about every window of a picture and draw those it is sure of: each one"
              + " by itself, all in one pass (a network without padding, made fully convolutional),"
              + " or both, which says how long either takes and that they agree.")
  private @Nullable Way way;

  @Option(
      names = "--step",
      paramLabel = "N",
      description = "How many pixels windows are apart (default: 8).")
  private @Nullable Integer step;

  @Option(
      names = "--scales",
      split = ",",
      paramLabel = "X",
      description = "By what the picture is scaled before windows are cut (default: 1,0.7,0.5).")
  private List<Double> scales = new ArrayList<>();

  @Option(
      names = "--background",
      paramLabel = "CLASS",
      description = "The class of windows that show nothing; they are not drawn.")
  private @Nullable String background;

  /**
   * Returns whether windows are asked for.
   *
   * @throws FoveaException if only something else about them is said
   */
  boolean given() {
    if (way == null && (step != null || !scales.isEmpty() || background != null)) {
      throw new FoveaException(
          "--step, --scales, --background: of windows; ask for them with --windows");
    }
    return way != null;
  }

  /** Returns what finds objects by windows. */
  Function<Tensor, List<Detection>> finder(NetworkFile network, double least) {
    SlidingWindow sliding =
        new SlidingWindow(
            network.model(),
            network.rule(),
            step == null ? STEP : Range.atLeast("--step", step, 1),
            scales.isEmpty() ? List.of(1.0, 0.7, 0.5) : scales);
    return picture ->
        scores(sliding, picture)
            .detections(
                network.model().labels(), background == null ? "" : background, least, OVERLAP);
  }

  private Scores scores(SlidingWindow sliding, Tensor picture) {
    if (way == Way.EACH) {
      return sliding.each(picture);
    }
    if (way == Way.PASS) {
      return sliding.pass(picture);
    }
    // Both are compiled first.
    Scores each = sliding.each(picture);
    Scores pass = sliding.pass(picture);
    System.err.println(
        String.format(
            Locale.ROOT,
            "fovea: %,d windows: %.3f s one by one, %.3f s in one pass; scores differ by up to %.1e",
            each.boxes().size(),
            seconds(() -> sliding.each(picture)),
            seconds(() -> sliding.pass(picture)),
            apart(each, pass)));
    return pass;
  }

  private static double seconds(Supplier<Scores> work) {
    long begin = System.nanoTime();
    Scores _ = work.get();
    return (System.nanoTime() - begin) / 1e9;
  }

  private static double apart(Scores a, Scores b) {
    double most = 0;
    for (int i = 0; i < a.boxes().size(); i++) {
      float[] x = a.probabilities().get(i);
      float[] y = b.probabilities().get(i);
      for (int c = 0; c < x.length; c++) {
        most = Math.max(most, Math.abs(x[c] - y[c]));
      }
    }
    return most;
  }
}
