package dev.fovea.systems.net;

import dev.fovea.io.Text;
import dev.fovea.systems.box.AnchorClusters;
import dev.fovea.systems.detect.GridAnchors;
import dev.fovea.systems.detect.GridAnchors.Grid;
import dev.fovea.systems.detect.GridAnchors.Size;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.systems.label.LabelledObject;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The anchors of a plan: a text such as {@code 10x13,16x30;62x45}, WIDTHxHEIGHT in pixels of the
 * input, with a semicolon between maps.
 *
 * @param system the name of the system, for messages
 * @param strides how many pixels a cell of each map is wide and high, the finest first
 */
record AnchorSizes(String system, List<Integer> strides) {
  /** The name of a plan's text. */
  static final String KEY = "anchors";

  /** The text that asks for anchors that fit the samples. */
  static final String AUTO = "auto";

  /** Returns whether a plan asks for anchors that fit. */
  private static boolean isAuto(Plan plan) {
    return plan.text(KEY).filter(t -> t.strip().equals(AUTO)).isPresent();
  }

  /** Returns a plan with this many anchors that fit the samples, unless it names its own. */
  static Plan fittedUnlessNamed(Plan plan, LabelledData samples, int count) {
    return plan.text(KEY).isPresent()
        ? fittedIfAuto(plan, samples, count)
        : fitted(plan, samples, count);
  }

  /** Returns a plan with this many anchors that fit the samples, if it asks for such anchors. */
  static Plan fittedIfAuto(Plan plan, LabelledData samples, int count) {
    return isAuto(plan) ? fitted(plan, samples, count) : plan;
  }

  /** Returns a plan with this many anchors that fit the boxes of the objects of samples. */
  private static Plan fitted(Plan plan, LabelledData samples, int count) {
    List<double[]> sizes = new ArrayList<>();
    for (int i = 0; i < samples.size(); i++) {
      double x = samples.placement(i).scaleX();
      double y = samples.placement(i).scaleY();
      for (LabelledObject o : samples.labels(i).objects()) {
        if (!o.crowd()) {
          double w = (o.box().right() - o.box().left()) * x;
          double h = (o.box().bottom() - o.box().top()) * y;
          sizes.add(new double[] {w, h});
        }
      }
    }
    double[][] found = AnchorClusters.of(sizes.toArray(double[][]::new), count, Seed.of(0)).sizes();
    return plan.with(
        KEY,
        Arrays.stream(found)
            .map(s -> tenths(s[0]) + "x" + tenths(s[1]))
            .collect(Collectors.joining(",")));
  }

  private static double tenths(double side) {
    return Math.max(0.1, Math.rint(10 * side) / 10);
  }

  /**
   * Returns the maps with the anchors that a plan names, or the usual ones.
   *
   * @throws FoveaException as {@link #of(Plan, String)} does
   */
  GridAnchors of(Plan plan, Supplier<List<List<Size>>> usual) {
    return plan.text(KEY).map(text -> of(plan, text)).orElseGet(() -> of(plan, usual.get()));
  }

  /**
   * Returns the maps with the anchors that a text names: as many on each map where it does not say
   * which, the smaller ones on the finer maps, and where they do not divide more on the coarser.
   *
   * @throws FoveaException if the text is not understood, or the input is no multiple of the
   *     strides
   */
  GridAnchors of(Plan plan, String text) {
    String[] parts = text.split(";", -1);
    int maps = strides.size();
    if (parts.length == maps) {
      return of(plan, Arrays.stream(parts).map(p -> parse(p, text)).toList());
    }
    List<Size> all = parts.length == 1 ? parse(text, text) : List.of();
    if (all.size() < maps) {
      throw new FoveaException(
          "%s: anchors \"%s\": need some for each of %s maps, such as 10x13,16x30;62x45"
              .formatted(system, Text.shown(text), maps));
    }
    List<List<Size>> each = new ArrayList<>();
    for (int i = 0; i < maps; i++) {
      each.add(all.subList(all.size() * i / maps, all.size() * (i + 1) / maps));
    }
    return of(plan, each);
  }

  /** Returns the maps with these anchors. */
  GridAnchors of(Plan plan, List<List<Size>> sizes) {
    int height = plan.rule().height();
    int width = plan.rule().width();
    int coarsest = strides.getLast();
    if (height % coarsest != 0 || width % coarsest != 0) {
      throw new FoveaException(
          "%s: pictures of %s×%s pixels: height and width must be multiples of %s"
              .formatted(system, height, width, coarsest));
    }
    List<Grid> grids = new ArrayList<>();
    for (int i = 0; i < strides.size(); i++) {
      int stride = strides.get(i);
      grids.add(new Grid(height / stride, width / stride, stride, stride, sizes.get(i)));
    }
    return new GridAnchors(height, width, grids);
  }

  private List<Size> parse(String part, String text) {
    List<Size> sizes = new ArrayList<>();
    for (String word : part.split(",", -1)) {
      String[] sides = word.strip().split("x", -1);
      try {
        if (sides.length == 2) {
          sizes.add(new Size(Double.parseDouble(sides[0]), Double.parseDouble(sides[1])));
          continue;
        }
      } catch (NumberFormatException e) {
        // Told below, like words that are no two numbers.
      }
      throw new FoveaException(
          "%s: anchors \"%s\": \"%s\" is no width and height in pixels, such as 10x13"
              .formatted(system, Text.shown(text), Text.shown(word.strip())));
    }
    return sizes;
  }
}
