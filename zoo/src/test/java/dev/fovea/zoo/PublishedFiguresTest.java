package dev.fovea.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.nn.Model;
import dev.fovea.nn.Summary;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Parameters and shapes that papers and other libraries publish. */
final class PublishedFiguresTest {

  private static Summary summary(String name, Shape input, int classes) {
    return Model.build(Zoo.find(name).build(classes), input, Seed.of(1)).summary();
  }

  private static Summary summary(String name) {
    Architecture a = Zoo.find(name);
    return summary(name, a.input(), a.classes());
  }

  /** torchvision's counts, in which running statistics are no parameters. */
  @ParameterizedTest
  @CsvSource({
    "lenet5, 61706",
    "lenet-like, 81194",
    "vgg11, 132863336",
    "vgg13, 133047848",
    "vgg16, 138357544",
    "vgg19, 143667240",
    "resnet18, 11689512",
    "resnet34, 21797672",
    "resnet50, 25557032",
    "mobilenet, 4231976"
  })
  void trainableParameters(String name, long parameters) {
    assertThat(summary(name).trainable()).isEqualTo(parameters);
  }

  /** Per double convolution in→out: 9·in·out + 9·out·out + 2·out; per up-convolution 4·2c·c + c. */
  @Test
  void unetTrainableParametersFollowFromItsFilters() {
    long expected = 64 * 2 + 2;
    long in = 1;
    for (long out = 64; out <= 1024; out *= 2) {
      expected += 9 * in * out + 9 * out * out + 2 * out;
      in = out;
    }
    for (long c = 512; c >= 64; c /= 2) {
      expected += 4 * 2 * c * c + c + 9 * 2 * c * c + 9 * c * c + 2 * c;
    }
    assertThat(summary("unet").trainable()).isEqualTo(expected);
  }

  /** As above with half the filters, 9·in·out + 9·out·out weights and 4·out of two norms. */
  @Test
  void normalizedUnetTrainableParametersFollowFromItsFilters() {
    long expected = 32 * 2 + 2;
    long in = 1;
    for (long out = 32; out <= 512; out *= 2) {
      expected += 9 * in * out + 9 * out * out + 4 * out;
      in = out;
    }
    for (long c = 256; c >= 32; c /= 2) {
      expected += 4 * 2 * c * c + c + 9 * 2 * c * c + 9 * c * c + 4 * c;
    }
    assertThat(summary("unet-bn").trainable()).isEqualTo(expected).isEqualTo(7_762_498);
  }

  /** Per convolution k·k·in·out + out, per dense layer in·out + out; 6·6·256 pixels are left. */
  @Test
  void alexNetTrainableParametersFollowFromItsFilters() {
    long convolutions =
        (11 * 11 * 3 * 96 + 96)
            + (5 * 5 * 96 * 256 + 256)
            + (9 * 256 * 384 + 384)
            + (9 * 384 * 384 + 384)
            + (9 * 384 * 256 + 256);
    long dense = (9216L * 4096 + 4096) + (4096L * 4096 + 4096) + (4096L * 1000 + 1000);
    Summary s = summary("alexnet");
    assertThat(s.trainable()).isEqualTo(convolutions + dense).isEqualTo(62_378_344);
    assertThat(s.rows())
        .filteredOn(r -> r.kind().equals("max_pool"))
        .extracting(r -> r.output().times())
        .containsExactly("27×27×96", "13×13×256", "6×6×256");
  }

  @Test
  void mobileNetWithRunningStatistics() {
    assertThat(summary("mobilenet").parameters()).isEqualTo(4_253_864);
  }

  @ParameterizedTest
  @CsvSource({"224, 7×7×1024", "120, 3×3×1024"})
  void mobileNetMapsBeforeThePooling(int size, String shape) {
    Summary s = summary("mobilenet", Shape.of(size, size, 3), 1000);
    Summary.Row last =
        s.rows().stream().filter(r -> r.kind().equals("relu")).reduce((a, b) -> b).orElseThrow();
    assertThat(last.output().times()).isEqualTo(shape);
  }

  @Test
  void lenet5TakesDigitsOf28PaddedAndOf32AsTheyAre() {
    for (int size : new int[] {28, 32}) {
      Summary s = summary("lenet5", Shape.of(size, size, 1), 10);
      assertThat(s.parameters()).isEqualTo(61_706);
      assertThat(s.rows()).element(0).extracting(r -> r.output().times()).isEqualTo("28×28×6");
    }
  }

  @Test
  void lenetLikeOutputsAndParametersOfEachLayer() {
    Summary s = summary("lenet-like");
    assertThat(s.rows())
        .filteredOn(r -> !r.kind().equals("relu"))
        .extracting(r -> r.output().times() + " " + r.parameters())
        .containsExactly(
            "30×30×6 60",
            "15×15×6 0",
            "13×13×16 880",
            "6×6×16 0",
            "576 0",
            "120 69240",
            "84 10164",
            "10 850");
  }

  @Test
  void resNetStagesHalveTheMap() {
    assertThat(summary("resnet18").rows())
        .filteredOn(r -> r.path().matches("layer[1-4]\\.1\\.conv2"))
        .extracting(r -> r.output().times())
        .containsExactly("56×56×64", "28×28×128", "14×14×256", "7×7×512");
  }
}
