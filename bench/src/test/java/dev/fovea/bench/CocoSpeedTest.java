package dev.fovea.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.io.Json;
import dev.fovea.systems.measure.CocoResults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** COCO's evaluation of drawn pictures, timed. */
final class CocoSpeedTest {
  @TempDir Path folder;

  @Test
  void saysTimeAndAveragePrecision() {
    CocoSpeed speed = new CocoSpeed(20, 10);
    assertThat(speed.measure(1, false, false))
        .startsWith("COCO evaluation of 20 pictures × 10 detections")
        .contains("AP 0.");
    Map<String, Object> json = Json.parseObject(speed.measure(1, false, true), "row");
    assertThat((Double) json.get("ap")).isBetween(0.0, 1.0);
  }

  @Test
  void filesHoldTheSamePictures() throws IOException {
    CocoScenes scenes = CocoScenes.of(3, 5);
    Path truth = folder.resolve("truth.json");
    Path found = folder.resolve("found.json");
    scenes.write(truth, found);
    Map<String, Object> json = Json.parseObject(Files.readString(truth), "truth");
    int objects = scenes.truth().stream().mapToInt(List::size).sum();
    assertThat(Json.array(Json.member(json, "annotations", "truth"), "truth")).hasSize(objects);
    List<Long> categories = LongStream.rangeClosed(1, CocoScenes.CLASSES).boxed().toList();
    CocoResults results = CocoResults.read(Files.readString(found), "found", categories);
    assertThat(results.of(2)).isEqualTo(scenes.found().get(1));
  }
}
