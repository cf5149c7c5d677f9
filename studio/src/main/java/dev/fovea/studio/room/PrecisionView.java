package dev.fovea.studio.room;

import dev.fovea.studio.state.DrawnScenes;
import dev.fovea.studio.state.OneAtATime;
import dev.fovea.studio.state.OpenModel;
import dev.fovea.studio.web.Bundle;
import dev.fovea.systems.detect.BoxPrecision;
import dev.fovea.systems.detect.Detector;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.systems.measure.Found;
import dev.fovea.systems.measure.VocClass;
import dev.fovea.systems.measure.VocEvaluation;
import dev.fovea.systems.measure.VocResult;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How precise a detector of drawn scenes is at each threshold: precision and recall of each class
 * on scenes that the studio does not let it learn from, as VOC counts them.
 */
final class PrecisionView {
  private final OneAtATime turn =
      new OneAtATime("detect: the precision of another network is being measured; ask again");

  /** Returns the curves of a detector that knows the classes of the drawn scenes. */
  Bundle of(OpenModel net) {
    Detector detector = Detector.of(net.model()).measured();
    if (!detector.labels().equals(DrawnScenes.things())) {
      throw new FoveaException(
          "detect: the truth is known of drawn scenes alone, and %s does not find %s"
              .formatted(net.name(), String.join(", ", DrawnScenes.things())));
    }
    return turn.alone(() -> told(measured(detector, net)));
  }

  private static VocResult measured(Detector detector, OpenModel net) {
    LabelledData scenes = DrawnScenes.test(net.rule());
    VocEvaluation evaluation = new VocEvaluation(scenes.things());
    for (int i = 0; i < scenes.size(); i++) {
      List<Found> found =
          detector.detect(scenes.read(i, Seed.of(0)).picture()).stream().map(Found::of).toList();
      evaluation.add(BoxPrecision.truth(scenes.labels(i)), found);
    }
    return evaluation.result();
  }

  private static Bundle told(VocResult result) {
    List<Map<String, Object>> classes = new ArrayList<>();
    for (VocClass c : result.classes()) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("label", c.label());
      fields.put("objects", c.objects());
      fields.put("ap", c.allPoints());
      classes.add(fields);
    }
    Map<String, Object> head = new LinkedHashMap<>();
    head.put("scenes", DrawnScenes.TEST);
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
