package dev.fovea.studio.lesson;

import dev.fovea.studio.web.Fields;
import dev.fovea.systems.box.Anchors;
import dev.fovea.systems.box.BoxArray;
import dev.fovea.systems.box.CellAnchors;
import dev.fovea.systems.box.Overlap;
import java.util.Arrays;

/** The anchors of a map: how many there are, and how well the best fits an object. */
final class AnchorsExperiment implements Experiment {
  private static final int SIDE = 128;
  private static final double[] RATIOS = {0.5, 1, 2};

  @Override
  public String name() {
    return "anchors";
  }

  @Override
  public Figures show(Fields f) {
    int stride = f.integer("stride", 4, 32);
    int sizes = f.integer("sizes", 1, 3);
    int ratios = f.integer("ratios", 1, 3);
    double[] size = Arrays.copyOf(new double[] {48, 96, 24}, sizes);
    double[] ratio = ratios == 1 ? new double[] {1} : Arrays.copyOf(RATIOS, ratios);
    int cells = SIDE / stride;
    BoxArray anchors =
        Anchors.of(new Anchors.Level(cells, cells, stride, CellAnchors.exact(size, ratio)));
    BoxArray object = BoxArray.of(30, 40, 90, 75);
    double[] overlaps = Overlap.IOU.of(object, 0, anchors);
    int best = 0;
    for (int i = 0; i < overlaps.length; i++) {
      best = overlaps[i] > overlaps[best] ? i : best;
    }
    int middle = (cells / 2 * cells + cells / 2) * sizes * ratios;
    BoxPicture picture = new BoxPicture(SIDE, SIDE);
    for (int i = 0; i < sizes * ratios; i++) {
      picture.draw(anchors, middle + i, 5);
    }
    picture.draw(object, 0, 0).draw(anchors, best, 1);
    return new Figures()
        .number("anchors", anchors.size())
        .number("anchors of a cell", (double) sizes * ratios)
        .number("best IoU with the object", overlaps[best])
        .number(
            "anchors with IoU of at least ½", Arrays.stream(overlaps).filter(o -> o >= 0.5).count())
        .picture(
            "Light blue the anchors of one cell, blue the object, red the anchor that fits best",
            "128 × 128 pixels",
            picture.picture());
  }
}
