package dev.fovea.studio.lesson;

import dev.fovea.studio.web.Fields;
import dev.fovea.systems.box.BoxArray;
import dev.fovea.systems.box.Overlap;

/** How much two boxes are one: a fixed one of 40 × 40 pixels, and one that can be moved. */
final class OverlapExperiment implements Experiment {
  private static final int SIDE = 100;

  @Override
  public String name() {
    return "overlap";
  }

  @Override
  public Figures show(Fields f) {
    int left = f.integer("left", 0, SIDE);
    int top = f.integer("top", 0, SIDE);
    int size = f.integer("size", 1, SIDE, 40);
    BoxArray boxes = BoxArray.of(20, 20, 60, 60, left, top, left + size, top + size);
    double iou = Overlap.IOU.of(boxes, 0, boxes, 1);
    return new Figures()
        .number("IoU", iou)
        .number("Dice", 2 * iou / (1 + iou))
        .number("GIoU", Overlap.GIOU.of(boxes, 0, boxes, 1))
        .number("area of the first", boxes.area(0))
        .number("area of the second", boxes.area(1))
        .picture(
            "Two boxes",
            "blue stays, red moves",
            new BoxPicture(SIDE, SIDE).draw(boxes, 0, 0).draw(boxes, 1, 1).picture());
  }
}
