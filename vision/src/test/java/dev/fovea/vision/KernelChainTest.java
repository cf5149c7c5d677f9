package dev.fovea.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.ImageKernel.Border;
import dev.fovea.vision.KernelChain.Display;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class KernelChainTest {
  private static float[] shown(String kernel, Display display, String image) {
    return new KernelChain(List.of(ImageKernel.parse(kernel)), Border.ZERO, 1, display)
        .apply(Pictures.grey(image))
        .data();
  }

  /** Of 10 and 40 "1 -1" makes 10 − 40 and 40 − 0; its positive sum of 1 becomes 4. */
  @ParameterizedTest
  @CsvSource({
    "PLAIN, 0, 40",
    "ABSOLUTE, 120, 160",
    "POSITIVE, 0, 160",
    "SIGNED, 68, 208",
  })
  void showsResponses(Display display, float first, float second) {
    assertThat(shown("1 -1", display, "10 40")).containsExactly(first, second);
  }

  /** What has no positive weight cannot be amplified by them. */
  @Test
  void showsKernelsWithoutPositiveWeights() {
    assertThat(shown("-1", Display.ABSOLUTE, "0 7")).containsExactly(0, 7);
    assertThat(ImageKernels.find("-1").apply(Pictures.grey("0 7")).data()).containsExactly(0, 7);
  }

  @Test
  void appliesOneAfterTheOther() {
    Tensor image = Pictures.pattern(9, 8, 3, 4);
    ImageKernel blur = ImageKernel.parse("1 2 1; 2 4 2; 1 2 1");
    ImageKernel edge = ImageKernel.parse("1 0 -1");
    KernelChain chain = new KernelChain(List.of(blur, edge), Border.REFLECT, 2, Display.SIGNED);
    Tensor expected = edge.correlate(blur.correlate(image, Border.REFLECT, 2), Border.REFLECT, 2);
    assertThat(chain.responses(image).data()).isEqualTo(expected.data());
    assertThat(chain.responses(image).shape()).isEqualTo(expected.shape());
  }

  @Test
  void refusesWhatIsNoChain() {
    assertThatThrownBy(() -> new KernelChain(List.of(), Border.ZERO, 1, Display.PLAIN))
        .isInstanceOf(FoveaException.class)
        .hasMessage("chain of kernels: at least one kernel expected");
    List<ImageKernel> one = List.of(ImageKernel.parse("1"));
    assertThatThrownBy(() -> new KernelChain(one, Border.ZERO, -1, Display.PLAIN))
        .hasMessage("kernel with stride -1, expected is 1 or more");
  }
}
