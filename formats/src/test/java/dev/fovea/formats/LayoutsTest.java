package dev.fovea.formats;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.formats.weights.Layouts;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LayoutsTest {
  /** Element (a, b, c, d) of the result is element (a, d, b, c) of [N, C, H, W]. */
  @ParameterizedTest
  @CsvSource({
    "1,1,1,1",
    "1,1,5,3",
    "2,1,4,4",
    "1,3,2,5",
    "3,2,1,4",
    "2,7,3,1",
    "2,17,3,5",
    "0,2,3,4"
  })
  void channelsComeLast(int n, int c, int h, int w) {
    Tensor nchw = Tensor.zeros(Shape.of(n, c, h, w));
    for (int i = 0; i < nchw.data().length; i++) {
      nchw.data()[i] = i;
    }
    Tensor nhwc = Layouts.permute(nchw, 0, 2, 3, 1);
    assertThat(nhwc.shape()).isEqualTo(Shape.of(n, h, w, c));
    for (int i = 0; i < nhwc.data().length; i++) {
      int channel = i % c;
      int x = i / c % w;
      int y = i / c / w % h;
      int image = i / c / w / h;
      assertThat(nhwc.data()[i]).isEqualTo(((image * c + channel) * h + y) * w + x);
    }
  }
}
