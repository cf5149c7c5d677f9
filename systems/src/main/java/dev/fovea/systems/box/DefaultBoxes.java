package dev.fovea.systems.box;

import dev.fovea.tensor.FoveaException;
import java.util.ArrayList;
import java.util.List;

/**
 * The default boxes of SSD (Liu et al., 2016): per cell of map k a square of the scale s_k, one of
 * √(s_k · s_{k+1}), then for each ratio r a box (s_k·√r, s_k/√r) and its turn, around the cell's
 * middle.
 *
 * @param scales the scale of each map as a share of the picture, and one more
 * @param ratios the ratios of each map above 1
 * @param steps the side of a cell of each map in pixels; empty for the picture's side / the map's
 * @param limited whether widths and heights of more than the picture are cut to it
 */
public record DefaultBoxes(
    List<Double> scales, List<List<Double>> ratios, List<Double> steps, boolean limited) {
  /**
   * Checks the numbers.
   *
   * @throws FoveaException if there is not one scale more than maps, or not a step for each
   */
  public DefaultBoxes {
    scales = List.copyOf(scales);
    ratios = ratios.stream().map(List::copyOf).toList();
    steps = List.copyOf(steps);
    boolean each = steps.isEmpty() || steps.size() == ratios.size();
    if (scales.size() != ratios.size() + 1 || !each) {
      throw new FoveaException(
          "default boxes: %s maps need a scale more than that and a step each, got %s and %s"
              .formatted(ratios.size(), scales.size(), steps.size()));
    }
  }

  /** Creates boxes with the steps that follow from the maps and with limited sides. */
  public DefaultBoxes(List<Double> scales, List<List<Double>> ratios) {
    this(scales, ratios, List.of(), true);
  }

  /**
   * Returns evenly spaced scales from {@code least} to {@code most}, s_k = least + (most − least)·
   * (k − 1)/(m − 1), then 1 for the square between the last map and the whole picture.
   */
  public static List<Double> scales(double least, double most, int maps) {
    List<Double> scales = new ArrayList<>();
    for (int k = 0; k < maps; k++) {
      scales.add(maps == 1 ? least : least + (most - least) * k / (maps - 1));
    }
    scales.add(1.0);
    return List.copyOf(scales);
  }

  /** Returns the boxes of SSD300 as torchvision has them for COCO, 8,732 of 300 × 300. */
  public static DefaultBoxes ssd300() {
    return new DefaultBoxes(
        List.of(0.07, 0.15, 0.33, 0.51, 0.69, 0.87, 1.05),
        List.of(
            List.of(2.0),
            List.of(2.0, 3.0),
            List.of(2.0, 3.0),
            List.of(2.0, 3.0),
            List.of(2.0),
            List.of(2.0)),
        List.of(8.0, 16.0, 32.0, 64.0, 100.0, 300.0),
        true);
  }

  /** Returns how many boxes a cell of map {@code k} has. */
  public int perCell(int k) {
    return 2 + 2 * ratios.get(k).size();
  }

  /**
   * Returns all boxes in pixels, in the order map, row, column, box of the cell.
   *
   * @param height the height of the picture
   * @param width the width of the picture
   * @param maps rows and columns of each map
   * @throws FoveaException if there are not as many maps as ratios
   */
  public BoxArray of(int height, int width, int[][] maps) {
    if (maps.length != ratios.size()) {
      throw new FoveaException(
          "default boxes: made for %s maps, got %s".formatted(ratios.size(), maps.length));
    }
    Anchors.Level[] levels = new Anchors.Level[maps.length];
    for (int k = 0; k < levels.length; k++) {
      double stepY = steps.isEmpty() ? (double) height / maps[k][0] : steps.get(k);
      double stepX = steps.isEmpty() ? (double) width / maps[k][1] : steps.get(k);
      CellAnchors cell = new CellAnchors(cell(k, height, width));
      levels[k] = new Anchors.Level(maps[k][0], maps[k][1], stepY, stepX, cell, 0.5);
    }
    return Anchors.of(levels);
  }

  private BoxArray cell(int k, int height, int width) {
    double s = scales.get(k);
    double between = Math.sqrt(s * scales.get(k + 1));
    List<double[]> sides = new ArrayList<>();
    sides.add(new double[] {s, s});
    sides.add(new double[] {between, between});
    for (double r : ratios.get(k)) {
      sides.add(new double[] {s * Math.sqrt(r), s / Math.sqrt(r)});
      sides.add(new double[] {s / Math.sqrt(r), s * Math.sqrt(r)});
    }
    double[] boxes = new double[4 * sides.size()];
    for (int i = 0; i < boxes.length; i++) {
      double side = sides.get(i / 4)[i % 2];
      double half = (limited ? Math.min(1, side) : side) / 2 * (i % 2 == 0 ? width : height);
      boxes[i] = i % 4 < 2 ? -half : half;
    }
    return BoxArray.of(boxes);
  }
}
