package dev.fovea.studio.room;

import dev.fovea.io.Text;
import dev.fovea.studio.state.DrawnScenes;
import dev.fovea.studio.state.OneAtATime;
import dev.fovea.studio.state.OpenModel;
import dev.fovea.studio.state.Workspace;
import dev.fovea.studio.web.Bundle;
import dev.fovea.studio.web.Fields;
import dev.fovea.systems.detect.BoxPrecision;
import dev.fovea.systems.detect.Detector;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.systems.measure.Found;
import dev.fovea.systems.measure.Rectangle;
import dev.fovea.systems.measure.Truth;
import dev.fovea.systems.measure.VocClass;
import dev.fovea.systems.measure.VocEvaluation;
import dev.fovea.systems.measure.VocResult;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How precise a detector is at each threshold: precision and recall of each class, as VOC counts
 * them, on drawn scenes that the studio does not let it learn from, or on pictures that a user has
 * labelled.
 */
final class PrecisionView {
  private static final int MOST_BOXES = 2_000;

  private final OneAtATime turn =
      new OneAtATime("detect: the precision of another network is being measured; ask again");

  private final Workspace workspace;

  PrecisionView(Workspace workspace) {
    this.workspace = workspace;
  }

  /** Returns the curves on the boxes that are sent, each in a picture that is open. */
  Bundle ofLabelled(OpenModel net, List<Fields> boxes) {
    Detector detector = Detector.of(net.model()).measured();
    Map<String, List<Truth>> truth = new LinkedHashMap<>();
    for (Fields box : boxes) {
      truth
          .computeIfAbsent(box.text("picture"), id -> new ArrayList<>())
          .add(truth(box, detector.labels(), net.name()));
    }
    if (truth.isEmpty()) {
      throw new FoveaException("detect: no box is labelled");
    }
    return turn.alone(() -> {
      VocEvaluation evaluation = new VocEvaluation(detector.labels());
      truth.forEach((id, there) ->
          evaluation.add(there, found(detector, net.coloured(workspace.picture(id).image()))));
      return told(evaluation.result(), truth.size());
    });
  }

  /** Returns the boxes of a request. */
  static List<Fields> boxes(Fields f) {
    return f.objects("boxes", MOST_BOXES);
  }

  private static Truth truth(Fields f, List<String> labels, String name) {
    String label = f.text("label");
    float[] box = f.numbers("box", 4);
    if (!labels.contains(label) || box.length != 4) {
      throw new FoveaException(
          "detect: a box has one of the classes of %s and left, top, right and bottom, got %s and %s numbers"
              .formatted(name, Text.shown(label), box.length));
    }
    Rectangle place =
        new Rectangle(box[0], box[1], (double) box[2] - box[0], (double) box[3] - box[1]);
    return new Truth(
        labels.indexOf(label), place, place.area(), Truth.Role.OBJECT, Optional.empty(), List.of());
  }

  private static List<Found> found(Detector detector, Tensor picture) {
    return detector.detect(picture).stream().map(Found::of).toList();
  }

  /** Returns the curves of a detector that knows the classes of the drawn scenes. */
  Bundle ofScenes(OpenModel net) {
    Detector detector = Detector.of(net.model()).measured();
    if (!detector.labels().equals(DrawnScenes.things())) {
      throw new FoveaException(
          "detect: the truth is known of drawn scenes alone, and %s does not find %s"
              .formatted(net.name(), String.join(", ", DrawnScenes.things())));
    }
    return turn.alone(() -> told(measured(detector, net), DrawnScenes.TEST));
  }

  private static VocResult measured(Detector detector, OpenModel net) {
    LabelledData scenes = DrawnScenes.test(net.rule());
    VocEvaluation evaluation = new VocEvaluation(scenes.things());
    for (int i = 0; i < scenes.size(); i++) {
      evaluation.add(
          BoxPrecision.truth(scenes.labels(i)),
          found(detector, scenes.read(i, Seed.of(0)).picture()));
    }
    return evaluation.result();
  }

  private static Bundle told(VocResult result, int pictures) {
    List<Map<String, Object>> classes = new ArrayList<>();
    for (VocClass c : result.classes()) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("label", c.label());
      fields.put("objects", c.objects());
      fields.put("ap", c.allPoints());
      classes.add(fields);
    }
    Map<String, Object> head = new LinkedHashMap<>();
    head.put("pictures", pictures);
    head.put("map", result.allPoints());
    head.put("classes", classes);
    Bundle bundle = new Bundle(head);
    for (int i = 0; i < result.classes().size(); i++) {
      VocClass c = result.classes().get(i);
      add(bundle, "score" + i, c.score());
      add(bundle, "recall" + i, c.recall());
      add(bundle, "precision" + i, c.precision());
    }
    return bundle;
  }

  private static void add(Bundle bundle, String name, List<Double> numbers) {
    float[] values = new float[numbers.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = numbers.get(i).floatValue();
    }
    bundle.add(name, List.of(values.length), values);
  }
}
