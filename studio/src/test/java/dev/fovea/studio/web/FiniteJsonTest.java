package dev.fovea.studio.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Numbers of networks that have diverged reach the page. */
final class FiniteJsonTest {
  @Test
  void numbersThatAreNotFiniteAreNull() {
    Map<String, Object> value = new LinkedHashMap<>();
    value.put("loss", Double.NaN);
    value.put(
        "rows", List.of(1.5f, Float.POSITIVE_INFINITY, Map.of("x", Double.NEGATIVE_INFINITY)));
    value.put("name", "NaN");
    assertThat(FiniteJson.write(value))
        .isEqualTo("{\"loss\":null,\"rows\":[1.5,null,{\"x\":null}],\"name\":\"NaN\"}");
  }
}
