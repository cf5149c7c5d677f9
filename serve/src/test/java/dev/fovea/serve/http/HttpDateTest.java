package dev.fovea.serve.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Tests how times are told, by the example of RFC 9110, section 5.6.7. */
final class HttpDateTest {
  @Test
  void daysHaveTwoDigits() {
    assertThat(HttpDate.of(Instant.parse("1994-11-06T08:49:37Z")))
        .isEqualTo("Sun, 06 Nov 1994 08:49:37 GMT");
  }
}
