package dev.fovea.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.io.Json;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ColdTest {
  @Test
  void aFreshProcessPredictsAndAMissingPeerIsNamed() {
    String row = new Cold("lenet5", 1, PeersTest.peers().torch()).measure(1, true);
    Map<String, Object> fields = Json.parseObject(row, "row");
    Map<String, Object> ms = Json.object(Json.member(fields, "ms", "row"), "ms");
    assertThat(ms).containsOnlyKeys("fovea");
    assertThat(Json.number(Json.member(ms, "fovea", "ms"), "fovea")).isPositive();
    Map<String, Object> missing = Json.object(Json.member(fields, "missing", "row"), "missing");
    assertThat(missing).containsOnlyKeys("torch");
  }
}
