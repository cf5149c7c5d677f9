package dev.fovea.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.engine.Engine;
import dev.fovea.nn.Model;
import dev.fovea.nn.Parameters;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Networks that answer with a class for every pixel. */
final class PixelNetworksTest {
  private static final long VGG_FEATURES = 14_714_688;
  private static final int UNITS = 4096;

  private static Model model(String name, int classes, Shape picture) {
    return Zoo.find(name).model(Scale.full(classes), picture, Seed.of(1), Engine.ofThreads(1));
  }

  private static Model narrow(String name, Shape picture) {
    return Zoo.find(name).model(new Scale(3, 1.0 / 8), picture, Seed.of(1), Engine.ofThreads(1));
  }

  /**
   * VGG D's features, its dense layers as convolutions of 7×7 and 1×1, a score per class, and for
   * each skip a score of 512 or 256 features and a 4×4 filter per class.
   */
  @ParameterizedTest
  @CsvSource({"fcn-32s, 0", "fcn-16s, 1", "fcn-8s, 2"})
  void fcnHasTheParametersOfItsPaper(String name, int skips) {
    long dense = 512L * 49 * UNITS + UNITS + (long) UNITS * UNITS + UNITS;
    long scores = (UNITS + 1) * 21L;
    int[] features = {512, 256};
    for (int i = 0; i < skips; i++) {
      scores += (features[i] + 1) * 21L + 16 * 21;
    }
    assertThat(model(name, 21, Shape.of(64, 64, 3)).parameters().count(true))
        .isEqualTo(VGG_FEATURES + dense + scores);
  }

  /** 42,004,074 with its auxiliary head, as torchvision says; that is 2,365,205. */
  @Test
  void deepLabHasTheParametersOfTorchvision() {
    Parameters p = model("deeplab-v3", 21, Shape.of(64, 64, 3)).parameters();
    int head = 1024 * 256 * 9 + 2 * 256 + 256 * 21 + 21;
    assertThat(p.count(true)).isEqualTo(42_004_074 - head);
    assertThat(p.contains("backbone.layer4.2.conv2.weight")).isTrue();
    assertThat(p.contains("classifier.0.convs.1.0.weight")).isTrue();
    assertThat(p.contains("classifier.0.convs.4.1.weight")).isTrue();
    assertThat(p.contains("classifier.0.project.1.running_mean")).isTrue();
    assertThat(p.contains("classifier.4.bias")).isTrue();
  }

  /** Names of the features are those of VGG, so that its weights are found. */
  @Test
  void fcnBeginsWithScoresOfZeroBehindTheFeaturesOfVgg() {
    Model model = narrow("fcn-8s", Shape.of(40, 50, 3));
    assertThat(model.parameters().contains("features.28.weight")).isTrue();
    Tensor picture = Tensor.zeros(Shape.of(1, 40, 50, 3));
    picture.data()[77] = 3;
    Tensor scores = model.run(picture);
    assertThat(scores.shape()).isEqualTo(Shape.of(1, 40, 50, 3));
    assertThat(scores.data()).containsOnly(0);
  }

  /** A score that is one number at every place is that number at every pixel but near the edges. */
  @ParameterizedTest
  @CsvSource({"fcn-32s, 32", "fcn-16s, 16", "fcn-8s, 8"})
  void fcnEnlargesBilinearly(String name, int stride) {
    Model model = narrow(name, Shape.of(96, 96, 3));
    model.parameters().set("classifier.6.bias", Tensor.of(Shape.of(3), new float[] {0, 2, 0}));
    float[] scores = model.run(Tensor.zeros(Shape.of(1, 96, 96, 3))).data();
    assertThat(scores[(48 * 96 + 48) * 3 + 1]).isEqualTo(2);
    assertThat(scores[(48 * 96 + 48) * 3]).isZero();
    assertThat(scores[1]).isLessThan(2);
    assertThat(model.parameters().get("up" + stride + ".weight").trainable()).isFalse();
  }

  /** Dilation keeps places 16 or 4 pixels apart where strides would make it 32. */
  @ParameterizedTest
  @CsvSource({"deeplab-v3, 16", "deeplab-v3-small, 4"})
  void deepLabKeepsPlacesDense(String name, int stride) {
    Model model = narrow(name, Shape.of(64, 64, 3));
    Tensor last =
        model
            .observe("backbone.layer4")
            .of(Tensor.zeros(Shape.of(1, 64, 64, 3)))
            .values()
            .iterator()
            .next();
    assertThat(last.shape().dim(1)).isEqualTo(64 / stride);
  }
}
