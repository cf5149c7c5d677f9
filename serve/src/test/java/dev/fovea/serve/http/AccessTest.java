package dev.fovea.serve.http;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AccessTest {
  private static Request to(String host) {
    return new Request(
        "127.0.0.1",
        "GET",
        "/v2",
        "",
        name -> name.equals("Host") ? host : null,
        Body.of(),
        0,
        new MemoryBudget(0).share(),
        Runnable::run,
        false);
  }

  /** The first column is where a server listens, the second what a client asks. */
  @ParameterizedTest
  @CsvSource({
    "127.0.0.2,127.0.0.2:8080",
    "127.0.0.2,127.0.0.2",
    "127.0.0.2,localhost:80",
    "[0:0:0:0:0:0:0:1],[0:0:0:0:0:0:0:1]:8080",
    "[0:0:0:0:0:0:0:1],[::1]:8080"
  })
  void aServerAnswersByItsOwnAddress(String address, String host) {
    Access access = new Access(true, address, Optional.empty());
    assertThatCode(() -> access.require(to(host))).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({"127.0.0.3:80", "127.0.0.2.evil.example:80", "evil.example:127.0.0.2", "''"})
  void noOtherNameIsAnswered(String host) {
    Access access = new Access(true, "127.0.0.2", Optional.empty());
    assertThatThrownBy(() -> access.require(to(host)))
        .isInstanceOf(HttpException.class)
        .hasMessage("Host: this server answers to 127.0.0.2 alone");
  }
}
