package dev.fovea.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class SpanTest {
  @Test
  void alignedMemoryBeginsOnALine() {
    for (int length : new int[] {0, 1, 1000, 2_000_000}) {
      Span span = Span.aligned(length);
      assertThat(span.offset() % 16).isEqualTo(Alignment.FIRST);
      assertThat(span.length()).isGreaterThanOrEqualTo(length);
      assertThat(span.offset() + span.length()).isEqualTo(span.array().length);
    }
  }

  @Test
  void theRestOfAStretchEndsWhereItDoes() {
    Span span = new Span(new float[9], 2, 6).after(4);
    assertThat(span).isEqualTo(new Span(span.array(), 6, 2));
  }
}
