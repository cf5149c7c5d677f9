package dev.fovea.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.io.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ProgressTest {
  private static Progress read(int batch, boolean withParts) {
    Progress before = new Progress(2, List.of());
    before.batch = batch;
    before.parts[0] = 1.5;
    Map<String, Object> json = new LinkedHashMap<>(before.toJson());
    if (!withParts) {
      json.remove("parts");
    }
    Progress after = new Progress(2, List.of());
    after.read(Json.parseObject(Json.write(json), "x"), "x");
    return after;
  }

  /** Within an epoch that an earlier version began, its terms are not known; later ones are. */
  @Test
  void termsThatACheckpointLacksAreNotTakenForZero() {
    assertThat(read(3, false).knowsParts).isFalse();
    Progress next = read(3, false);
    next.beginEpoch();
    assertThat(next.knowsParts).isTrue();
    assertThat(read(0, false).knowsParts).isTrue();
    assertThat(read(3, true).knowsParts).isTrue();
    assertThat(read(3, true).parts).containsExactly(1.5, 0);
  }
}
