package dev.fovea.studio.lesson;

import dev.fovea.studio.web.Fields;
import dev.fovea.systems.box.BoxArray;
import dev.fovea.systems.box.Overlap;
import dev.fovea.systems.box.Suppression;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.stream.IntStream;

/** Non-maximum suppression of six boxes, box by box. */
final class SuppressionExperiment implements Experiment {
  private static final BoxArray BOXES =
      BoxArray.of(
          10, 10, 50, 50, 14, 12, 54, 52, 30, 30, 70, 70, 60, 60, 95, 95, 62, 58, 97, 93, 5, 60, 30,
          95);

  /** By falling score, so that the order of the table is the order of the algorithm. */
  private static final List<Float> SCORES = List.of(0.95f, 0.9f, 0.8f, 0.7f, 0.6f, 0.5f);

  @Override
  public String name() {
    return "suppression";
  }

  @Override
  public Figures show(Fields f) {
    double threshold = f.number("threshold", 0, 1);
    float[] scores = new float[SCORES.size()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = SCORES.get(i);
    }
    List<Integer> kept =
        IntStream.of(Suppression.above(threshold).keep(BOXES, scores)).boxed().toList();
    BoxPicture before = new BoxPicture(100, 100);
    BoxPicture after = new BoxPicture(100, 100);
    List<List<Object>> rows = new ArrayList<>();
    for (int i = 0; i < scores.length; i++) {
      before.draw(BOXES, i, i);
      if (kept.contains(i)) {
        after.draw(BOXES, i, i);
      }
      rows.add(List.of(i + 1, SCORES.get(i), fate(i, kept, threshold)));
    }
    SequencedMap<String, Tensor> pictures = new LinkedHashMap<>();
    pictures.put("before", before.picture());
    pictures.put("after", after.picture());
    return new Figures()
        .number("boxes that stay", kept.size())
        .number("IoU of boxes 1 and 2", Overlap.IOU.of(BOXES, 0, BOXES, 1))
        .number("IoU of boxes 1 and 3", Overlap.IOU.of(BOXES, 0, BOXES, 2))
        .table("Box after box, the surest first", List.of("box", "score", "what happens"), rows)
        .pictures("Before and after", pictures);
  }

  private static String fate(int i, List<Integer> kept, double threshold) {
    if (kept.contains(i)) {
      return "stays";
    }
    int by =
        kept.stream()
            .filter(k -> k < i && Overlap.IOU.of(BOXES, k, BOXES, i) > threshold)
            .findFirst()
            .orElseThrow();
    return String.format(
        Locale.ROOT, "goes: IoU %.2f with box %d", Overlap.IOU.of(BOXES, by, BOXES, i), by + 1);
  }
}
