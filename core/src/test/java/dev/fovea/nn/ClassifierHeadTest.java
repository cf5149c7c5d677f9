package dev.fovea.nn;

import static dev.fovea.nn.Layers.batchNorm;
import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.dropout;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.globalAvgPool;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;
import static dev.fovea.nn.Layers.softmax;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class ClassifierHeadTest {
  private static final Shape INPUT = Shape.of(6, 5, 2);

  private static Model model(Layer... layers) {
    return Model.build(sequence(layers), INPUT, Seed.of(3));
  }

  private static Model classifier() {
    return model(conv2d(4, 3), batchNorm(), relu(), dropout(0.5), flatten(), dense(7), softmax());
  }

  @Test
  void theLastDenseLayerIsFoundAndReplacedByOneOfOtherClasses() {
    Model old = classifier();
    ClassifierHead head = ClassifierHead.of(old);
    assertThat(head.path()).isEqualTo("5");
    assertThat(head.classes()).isEqualTo(7);
    Model other = head.replaced(3, Seed.of(1));
    assertThat(other.outputs()).containsExactly(Shape.of(3));
    List<String> kept =
        old.parameters().all().stream()
            .map(Parameters.Parameter::name)
            .filter(n -> !n.startsWith("5."))
            .collect(Collectors.toList());
    for (String name : kept) {
      assertThat(other.parameters().tensor(name).data())
          .isEqualTo(old.parameters().tensor(name).data());
    }
    kept.addAll(List.of("head.weight", "head.bias"));
    assertThat(other.parameters().tensors().keySet()).containsExactlyInAnyOrderElementsOf(kept);
  }

  /** Its logits are x · W + b of the features x, which the old model has before its head. */
  @Test
  void theNewHeadReadsTheOldFeatures() {
    Model old = classifier();
    Model other = ClassifierHead.of(old).replaced(3, Seed.of(1));
    Tensor batch = Tensor.of(INPUT.prepend(2), new float[120]);
    for (int i = 0; i < 120; i++) {
      batch.data()[i] = (i * 37 % 11) - 5;
    }
    float[] x = Objects.requireNonNull(old.observe("4").of(batch).get("4")).data();
    float[] w = other.parameters().tensor("head.weight").data();
    float[] y = other.run(batch).data();
    int features = x.length / 2;
    for (int n = 0; n < 2; n++) {
      for (int c = 0; c < 3; c++) {
        double sum = 0;
        for (int k = 0; k < features; k++) {
          sum += (double) x[n * features + k] * w[k * 3 + c];
        }
        assertThat((double) y[n * 3 + c]).isCloseTo(sum, offset(1e-4));
      }
    }
  }

  /** A convolution place by place, then the mean, is the mean and then a dense layer. */
  @Test
  void aConvolutionalHeadIsReplacedBehindTheMean() {
    Model old = model(conv2d(4, 3), relu(), conv2d(7, 1).named("last"), relu(), globalAvgPool());
    ClassifierHead head = ClassifierHead.of(old);
    assertThat(head.path()).isEqualTo("last");
    Model other = head.replaced(3, Seed.of(1));
    assertThat(other.parameters().tensor("head.weight").shape()).isEqualTo(Shape.of(4, 3));
  }

  /** Running statistics follow in training, the batch norm's own parameters may stand still. */
  @Test
  void featuresAreTrainedAsBefore() {
    Model other = ClassifierHead.of(classifier()).replaced(3, Seed.of(1));
    assertThat(other.trace(2, true).updates().keySet())
        .extracting(p -> p.name())
        .containsExactlyInAnyOrder("1.running_mean", "1.running_var");
    assertThat(other.freeze("1.**").trace(2, true).updates()).isEmpty();
  }

  @Test
  void whatHasNoHeadIsRefused() {
    assertThatThrownBy(() -> ClassifierHead.of(model(conv2d(4, 3))))
        .isInstanceOf(FoveaException.class)
        .hasMessage(
            "head: the last layer with weights, 0, makes 4 numbers, the output has 48 of shape"
                + " [4,3,4]");
    Layer two = x -> dense(3).apply(flatten().apply(x)).plus(dense(3).apply(flatten().apply(x)));
    assertThatThrownBy(() -> ClassifierHead.of(Model.build(two, INPUT, Seed.of(0))))
        .hasMessage(
            "head: no single dense layer or convolution makes the output, so it cannot be replaced");
  }
}
