package dev.fovea.systems.detect;

import dev.fovea.data.Box;
import dev.fovea.systems.Detection;
import dev.fovea.systems.RegionMask;
import dev.fovea.systems.box.BoxArray;
import dev.fovea.systems.box.Suppression;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Placement;
import dev.fovea.vision.Placement.Size;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes detections of the outputs of a network: decodes them, suppresses doubles and brings boxes
 * back into the picture.
 *
 * @param rule how outputs become boxes
 * @param labels the names of the classes
 * @param input the size of the network's input
 */
public record DetectionReader(DetectionRule rule, List<String> labels, Size input) {
  /** Of candidates this many of the surest are looked at, which bounds time in crowded pictures. */
  private static final int CANDIDATES = 20_000;

  /** Copies the list. */
  public DetectionReader {
    labels = List.copyOf(labels);
  }

  /**
   * Returns what the outputs of the network tell of a picture, the surest first.
   *
   * @param outputs the outputs [N, …]
   * @param sample the number of the picture in the batch
   * @param placement where in the input it lies
   */
  public List<Detection> read(List<Tensor> outputs, int sample, Placement placement) {
    Candidates told = new Candidates();
    rule.decoder().decode(outputs, sample, rule.score(), told);
    Candidates some = told.size() > CANDIDATES ? told.surest(CANDIDATES) : told;
    BoxArray all = some.boxes();
    BoxArray boxes = all.clip(input.height(), input.width());
    float[] scores = some.scores();
    int[] classes = some.classes();
    List<Detection> found = new ArrayList<>();
    for (int i : Suppression.above(rule.overlap()).keep(boxes, scores, classes)) {
      if (found.size() < rule.most() && boxes.width(i) > 0 && boxes.height(i) > 0) {
        Box box = boxes.box(i, classes[i]).withPoints(some.points(i));
        Optional<RegionMask> mask =
            some.mask(i).map(m -> new RegionMask(whole(all, i, placement), m));
        placement
            .back(box)
            .ifPresent(b -> found.add(new Detection(b, label(b.label()), scores[i], mask)));
      }
    }
    return List.copyOf(found);
  }

  /** Returns a box in the picture, not cut off at its edges: a mask is of all of it. */
  private static Box whole(BoxArray boxes, int i, Placement placement) {
    return new Box(
        placement.pictureX(boxes.left(i)),
        placement.pictureY(boxes.top(i)),
        placement.pictureX(boxes.right(i)),
        placement.pictureY(boxes.bottom(i)),
        0);
  }

  private String label(int number) {
    return number < labels.size() ? labels.get(number) : Integer.toString(number);
  }
}
