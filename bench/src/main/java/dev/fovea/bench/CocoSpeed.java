package dev.fovea.bench;

import dev.fovea.io.Json;
import dev.fovea.systems.measure.CocoEvaluation;
import dev.fovea.tensor.FoveaException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The time of COCO's evaluation of boxes, Fovea and pycocotools in turn on the same detections;
 * reading files is not counted.
 */
final class CocoSpeed {
  private static final String SCRIPT =
      """
      import contextlib, io, json, sys, time
      from pycocotools.coco import COCO
      from pycocotools.cocoeval import COCOeval
      with contextlib.redirect_stdout(io.StringIO()):
          truth = COCO(sys.argv[1])
          found = truth.loadRes(sys.argv[2])
          begin = time.perf_counter()
          evaluation = COCOeval(truth, found, "bbox")
          evaluation.evaluate()
          evaluation.accumulate()
          ms = 1000 * (time.perf_counter() - begin)
          evaluation.summarize()
      print(json.dumps({"ms": ms, "ap": evaluation.stats[0]}))
      """;

  private final int pictures;
  private final int detections;

  CocoSpeed(int pictures, int detections) {
    this.pictures = pictures;
    this.detections = detections;
  }

  /** A time in milliseconds and the average precision that came out. */
  private record Run(double millis, double ap) {}

  /** Measures so many rounds; the first of Fovea's is that of a fresh process. */
  String measure(int rounds, boolean peers, boolean json) {
    CocoScenes scenes = CocoScenes.of(pictures, detections);
    List<Run> ours = new ArrayList<>();
    List<Run> theirs = new ArrayList<>();
    Optional<String> missing = peers ? Optional.empty() : Optional.of("not asked for");
    try {
      Path truth = Files.createTempFile("fovea-bench", ".json");
      Path found = Files.createTempFile("fovea-bench", ".json");
      try {
        scenes.write(truth, found);
        for (int i = 0; i < rounds; i++) {
          ours.add(fovea(scenes));
          if (missing.isEmpty()) {
            try {
              theirs.add(pycocotools(truth, found));
            } catch (MissingException e) {
              missing = Optional.of(e.reason());
            }
          }
        }
      } finally {
        Files.deleteIfExists(truth);
        Files.deleteIfExists(found);
      }
    } catch (IOException e) {
      throw new FoveaException("bench: temporary files: " + e.getMessage(), e);
    }
    return json ? json(ours, theirs, missing) : text(ours, theirs, missing);
  }

  private static Run fovea(CocoScenes scenes) {
    List<String> classes =
        IntStream.range(0, CocoScenes.CLASSES).mapToObj(Integer::toString).toList();
    long begin = System.nanoTime();
    CocoEvaluation evaluation = CocoEvaluation.boxes(classes);
    for (int p = 0; p < scenes.truth().size(); p++) {
      evaluation.add(scenes.truth().get(p), scenes.found().get(p));
    }
    double ap = evaluation.result().ap();
    return new Run((System.nanoTime() - begin) * 1e-6, ap);
  }

  private static Run pycocotools(Path truth, Path found) throws MissingException {
    List<String> command = List.of("python3", "-c", SCRIPT, truth.toString(), found.toString());
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new MissingException("it failed; pip install pycocotools gets it for python3");
      }
      Map<String, Object> numbers = Json.parseObject(answer, "pycocotools");
      return new Run(
          Json.number(Json.member(numbers, "ms", "pycocotools"), "ms"),
          Json.number(Json.member(numbers, "ap", "pycocotools"), "ap"));
    } catch (IOException e) {
      throw new MissingException("no python3 in PATH: " + e.getMessage());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private String name() {
    return "COCO evaluation of " + pictures + " pictures × " + detections + " detections";
  }

  private static double median(List<Run> runs) {
    return StepTimes.median(runs.stream().map(Run::millis).toList());
  }

  private String text(List<Run> ours, List<Run> theirs, Optional<String> missing) {
    String text =
        String.format(
            Locale.ROOT,
            "%s%nFovea        %8.0f ms (first %.0f), AP %.12f%n",
            name(),
            median(ours),
            ours.get(0).millis(),
            ours.get(0).ap());
    return theirs.isEmpty()
        ? text + "  pycocotools is missing: " + missing.orElse("")
        : text
            + String.format(
                Locale.ROOT,
                "pycocotools  %8.0f ms, AP %.12f%npycocotools / Fovea %.2f×",
                median(theirs),
                theirs.get(0).ap(),
                median(theirs) / median(ours));
  }

  private String json(List<Run> ours, List<Run> theirs, Optional<String> missing) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("what", name());
    fields.put("ms", median(ours));
    fields.put("ap", ours.get(0).ap());
    if (theirs.isEmpty()) {
      fields.put("missing", Map.of("pycocotools", missing.orElse("")));
    } else {
      fields.put("pycocotools_ms", median(theirs));
      fields.put("pycocotools_ap", theirs.get(0).ap());
    }
    return Json.write(fields);
  }
}
