package dev.fovea.serve.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class BodyTest {
  /** Its memory is given back, so it must not lie there until the answer has been sent. */
  @Test
  void whatIsDiscardedIsNotKept() throws IOException {
    Body body = Body.of(new byte[1 << 20]);
    body.discard(1 << 10);
    assertThat(body.available()).isZero();
    assertThat(body.read()).isNegative();
  }

  /** Who waits to be asked for a body is told at once that it is of no use. */
  @Test
  void whatIsDiscardedIsNotAskedFor() throws IOException {
    AtomicInteger asked = new AtomicInteger();
    Body body = new Body(true, asked::incrementAndGet);
    body.discard(1 << 10);
    assertThat(asked).hasValue(0);
  }
}
