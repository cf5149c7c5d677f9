package dev.fovea.bench;

import dev.fovea.io.Json;
import dev.fovea.tensor.FoveaException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The time of detectors and of what they are made of, Fovea and torchvision or ONNX Runtime in turn
 * on the same work.
 *
 * @param home the source checkout
 * @param threads how many threads each side has
 */
record DetectSpeed(Path home, int threads) {
  private static final String NUMBERS = "torchvision";
  private static final String FILES = "ONNX Runtime";

  /**
   * A row.
   *
   * @param name what is measured; the script of the other side knows it by that
   * @param peer who is beside Fovea
   */
  record Row(String name, Mode mode, int batch, String peer) {
    String title() {
      return name + " " + mode.label() + " " + batch;
    }
  }

  /** All rows. */
  static final List<Row> ROWS =
      List.of(
          new Row("nms", Mode.INFER, 1, NUMBERS),
          new Row("roi-align", Mode.INFER, 1, NUMBERS),
          new Row("faster-rcnn", Mode.INFER, 1, NUMBERS),
          new Row("faster-rcnn", Mode.TRAIN, 2, NUMBERS),
          new Row("mask-rcnn-small", Mode.INFER, 1, NUMBERS),
          new Row("mask-rcnn-small", Mode.TRAIN, 2, NUMBERS),
          new Row("yolox-nano", Mode.INFER, 1, FILES),
          new Row("deeplab-voc", Mode.INFER, 1, FILES));

  /** Returns the rows of a name, all without one. */
  static List<Row> rows(Optional<String> name) {
    List<Row> some =
        ROWS.stream().filter(r -> name.isEmpty() || r.name.equals(name.get())).toList();
    if (some.isEmpty()) {
      List<String> names = ROWS.stream().map(Row::name).distinct().toList();
      throw new FoveaException(
          "--net: of --task detect there are %s, got \"%s\""
              .formatted(String.join(", ", names), name.orElse("")));
    }
    return some;
  }

  /** Measures a row so many rounds. */
  String measure(Row row, int rounds, double seconds, boolean peers, boolean json) {
    Runnable step = DetectWork.of(row, home, threads);
    StepTimes.warmUp(step, StepTimes.PATIENCE);
    Optional<String> missing = peers ? Optional.empty() : Optional.of("not asked for");
    LiveContestant peer =
        new LiveContestant(
            row.peer,
            List.of("python3", home.resolve("bench/peers/detect_peer.py").toString()),
            List.of(DetectWork.models(home).toString()));
    List<Double> ours = new ArrayList<>();
    List<Double> theirs = new ArrayList<>();
    try {
      if (missing.isEmpty()) {
        peer.open(new Case(row.name, row.mode, row.batch, threads));
      }
      for (int i = 0; i < rounds; i++) {
        ours.add(StepTimes.median(step, seconds));
        if (missing.isEmpty()) {
          theirs.add(peer.measure(seconds).ms());
        }
      }
    } catch (MissingException e) {
      missing = Optional.of(e.reason());
      if (ours.isEmpty()) {
        ours.add(StepTimes.median(step, seconds));
      }
    } finally {
      peer.close();
    }
    return json ? json(row, ours, theirs, missing) : text(row, ours, theirs, missing);
  }

  private static String text(
      Row row, List<Double> ours, List<Double> theirs, Optional<String> missing) {
    String own =
        String.format(Locale.ROOT, "%-26s Fovea %9.2f ms", row.title(), StepTimes.median(ours));
    return theirs.isEmpty()
        ? own + "   " + row.peer + " is missing: " + missing.orElse("")
        : own
            + String.format(
                Locale.ROOT,
                "   %s %9.2f ms   %.2f×",
                row.peer,
                StepTimes.median(theirs),
                StepTimes.median(theirs) / StepTimes.median(ours));
  }

  private static String json(
      Row row, List<Double> ours, List<Double> theirs, Optional<String> missing) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("what", row.title());
    fields.put("ms", StepTimes.median(ours));
    fields.put("peer", row.peer);
    if (theirs.isEmpty()) {
      fields.put("missing", missing.orElse(""));
    } else {
      fields.put("peer_ms", StepTimes.median(theirs));
    }
    return Json.write(fields);
  }
}
