package dev.fovea.studio.room;

import dev.fovea.studio.state.Curve;
import dev.fovea.studio.state.OneAtATime;
import dev.fovea.studio.state.RunFolders;
import dev.fovea.studio.web.Answer;
import dev.fovea.studio.web.Bundle;
import dev.fovea.studio.web.Fields;
import dev.fovea.tensor.FoveaException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Trainings of the past side by side: their settings, their last numbers and their curves. */
final class RunsView {
  private static final int MOST_SHOWN = 24;
  private static final int MOST_POINTS = 500;

  private final RunFolders runs;
  private final OneAtATime reading =
      new OneAtATime("compare: trainings are being read already; ask again");

  RunsView(RunFolders runs) {
    this.runs = runs;
  }

  /** Tells the first trainings, all where nothing else is asked for, and how many there are. */
  Answer first(Fields f) {
    int most = f.integer("most", 1, RunFolders.MOST, RunFolders.MOST);
    return reading.alone(() -> {
      RunFolders.Told<Map<String, Object>> told = runs.first(most, RunsView::tell);
      return Answer.json(Map.of("runs", told.runs(), "all", told.all()));
    });
  }

  private static Map<String, Object> tell(RunFolders.Run run) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", run.name());
    fields.put("problem", run.problem());
    fields.put("settings", run.settings());
    Map<String, Object> figures = new LinkedHashMap<>();
    run.curves().forEach((name, curve) -> figures.put(name, figures(curve)));
    fields.put("figures", figures);
    return fields;
  }

  private static Map<String, Object> figures(Curve curve) {
    float[][] points = curve.points(Integer.MAX_VALUE);
    float least = Float.POSITIVE_INFINITY;
    float greatest = Float.NEGATIVE_INFINITY;
    for (float v : points[1]) {
      least = v < least ? v : least; // what is no number is neither
      greatest = v > greatest ? v : greatest;
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("count", curve.count());
    fields.put("last", points[1][curve.count() - 1]);
    fields.put("least", least);
    fields.put("greatest", greatest);
    return fields;
  }

  /** Returns one curve of each training that is asked for; none where it has none of that name. */
  Bundle curves(Fields f) {
    List<String> names = f.list("runs", MOST_SHOWN).stream().map(Object::toString).toList();
    String figure = f.text("figure");
    return reading.alone(() -> curves(names, figure));
  }

  private Bundle curves(List<String> names, String figure) {
    Bundle bundle = new Bundle(Map.of("figure", figure));
    runs.named(names, run -> add(bundle, run, figure));
    return bundle;
  }

  private static void add(Bundle to, RunFolders.Run run, String figure) {
    Curve curve = run.curves().get(figure);
    if (curve != null) {
      float[][] points = curve.points(MOST_POINTS);
      to.add("x " + run.name(), List.of(points[0].length), points[0]);
      to.add("y " + run.name(), List.of(points[1].length), points[1]);
    } else if (!run.problem().isEmpty()) {
      throw new FoveaException("runs: " + run.problem());
    }
  }
}
