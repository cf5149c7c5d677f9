package dev.fovea.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.data.Task;
import dev.fovea.engine.Engine;
import dev.fovea.nn.Model;
import dev.fovea.nn.Summary;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.ShapeException;
import dev.fovea.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every architecture of the registry. */
final class ZooTest {

  static List<Architecture> all() {
    return Zoo.all();
  }

  /** Those that compute one picture in a moment. */
  static List<Architecture> small() {
    return Zoo.all().stream().filter(a -> a.input().elements() <= 32 * 32 * 3).toList();
  }

  /** As torchvision, timm and Keras call them. */
  @ParameterizedTest
  @CsvSource({
    "squeezenet1_1, squeezenet1-1",
    "resnet_18, resnet18",
    "ResNet-50, resnet50",
    "resnet18.a1_in1k, resnet18",
    "vgg16_bn, vgg16-bn",
    "mobilenet_v2, mobilenet-v2",
    "MobileNetV2, mobilenet-v2",
    "mobilenetv2_100, mobilenet-v2",
    "MobileNet, mobilenet",
    "mobilenet_v3_large, mobilenet-v3-large",
    "MobileNetV3Small, mobilenet-v3-small",
    "efficientnet_b0, efficientnet-b0",
    "EfficientNetB0, efficientnet-b0",
    "densenet121, densenet121",
    "inception_v3, inception-v3",
    "InceptionV3, inception-v3",
    "googlenet, googlenet",
    "GoogLeNet, googlenet",
    "wide_resnet50_2, wide-resnet50-2",
    "resnext50_32x4d, resnext50-32x4d",
    "shufflenet_v2_x0_5, shufflenet-v2-x0-5",
    "convnext_tiny, convnext-tiny",
    "WRN_28_10, wrn-28-10",
    "LeNet-5, lenet5"
  })
  void namesOfOtherLibrariesAreUnderstood(String other, String name) {
    assertThat(Zoo.find(other).name()).isEqualTo(name);
  }

  @Test
  void noTwoNamesAreTheSameLetters() {
    assertThat(Zoo.names().stream().map(OtherNames::letters)).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @MethodSource("all")
  void answersWithTheClassesItIsBuiltFor(Architecture a) {
    Model model = Model.build(a.build(3), a.input(), Seed.of(1));
    Shape output = model.outputs().get(0);
    boolean mask = a.task() == Task.MASK;
    assertThat(output).isEqualTo(mask ? a.input().withDim(2, 3) : Shape.of(3));
    // What the end shows is what the architecture says.
    assertThat(model.output(0).task()).isEqualTo(a.task());
  }

  @ParameterizedTest
  @MethodSource("all")
  void summaryCountsEveryParameterInSomeLayer(Architecture a) {
    Summary s = Model.build(a.build(a.classes()), a.input(), Seed.of(1)).summary();
    assertThat(s.rows().stream().mapToLong(Summary.Row::parameters).sum())
        .isEqualTo(s.parameters());
    assertThat(s.rows()).hasSizeGreaterThan(5);
    assertThat(s.flops()).isPositive();
  }

  @ParameterizedTest
  @MethodSource("small")
  void computesFiniteLogitsThatDependOnThePicture(Architecture a) {
    Scale narrow = new Scale(a.classes(), 1.0 / 8);
    Model model = Model.build(a.build(narrow), a.input(), Seed.of(1));
    Tensor batch = Tensor.zeros(a.input().prepend(2));
    for (int i = 0; i < a.input().elements(); i++) {
      batch.data()[i] = i % 7 - 3f;
    }
    float[] logits = model.run(batch).data();
    assertThat(logits).hasSize(2 * a.classes());
    for (float x : logits) {
      assertThat(x).isFinite();
    }
    assertThat(logits[0]).isNotEqualTo(logits[a.classes()]);
  }

  @ParameterizedTest
  @MethodSource("all")
  void saysWhatItIsAndHowItIsTrained(Architecture a) {
    assertThat(a.name()).matches("[a-z][a-z0-9-]*");
    assertThat(a.title()).isNotBlank();
    assertThat(a.paper()).isNotBlank();
    assertThat(a.year()).isBetween(1980, 2030);
    assertThat(a.input().rank()).isEqualTo(3);
    Recipe r = a.recipe();
    assertThat(r.optimizer()).isIn("sgd", "adam", "adamw", "rmsprop", "muon");
    assertThat(r.schedule()).isIn("constant", "step", "cosine", "one-cycle");
    assertThat(r.learningRate()).isBetween(1e-5, 1.0);
    assertThat(r.epochs()).isPositive();
    assertThat(r.batch()).isPositive();
    assertThat(r.weightDecay()).isBetween(0.0, 0.1);
  }

  @Test
  void namesAreDifferentAndFindTheirArchitecture() {
    assertThat(Zoo.names()).doesNotHaveDuplicates();
    for (Architecture a : Zoo.all()) {
      assertThat(Zoo.find(a.name())).isSameAs(a);
    }
  }

  @Test
  void unknownNameSuggestsTheNearest() {
    assertThatThrownBy(() -> Zoo.find("lenett5"))
        .isInstanceOf(FoveaException.class)
        .hasMessage("no network named \"lenett5\"; did you mean lenet5?");
    assertThatThrownBy(() -> Zoo.find("transformer"))
        .isInstanceOf(FoveaException.class)
        .hasMessageStartingWith("no network named \"transformer\"; known: lenet5, ");
  }

  @Test
  void oneClassIsRefused() {
    assertThatThrownBy(() -> Zoo.find("lenet5").build(1))
        .isInstanceOf(FoveaException.class)
        .hasMessage("lenet5: needs at least 2 classes, got 1");
  }

  @ParameterizedTest
  @CsvSource({
    "alexnet, 66x66, 67x67",
    "vgg16, 300x31, 32x32",
    "inception-v3, 74x74, 75x75",
    "unet, 8x8, 16x16"
  })
  void picturesTooSmallAreRefusedWithTheSmallestThatFit(String name, String size, String least) {
    Architecture a = Zoo.find(name);
    String[] sides = size.split("x", 2);
    Shape picture =
        a.input().withDim(0, Integer.parseInt(sides[0])).withDim(1, Integer.parseInt(sides[1]));
    assertThatThrownBy(() -> a.model(Scale.full(10), picture, Seed.of(1), Engine.shared()))
        .isInstanceOf(FoveaException.class)
        .hasMessage(
            name
                + ": pictures of "
                + picture.times()
                + " are too small; the smallest that fit are "
                + least);
  }

  @Test
  void otherErrorsOfShapeAreSaidAsTheyAre() {
    Architecture a = Zoo.find("unet");
    Shape odd = Shape.of(40, 40, 1);
    assertThatThrownBy(() -> a.model(Scale.full(2), odd, Seed.of(1), Engine.shared()))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("max_pool");
  }

  @Test
  void scaleRoundsToMultiplesOfFour() {
    assertThat(Scale.full(10).channels(27)).isEqualTo(27);
    assertThat(new Scale(10, 0.5).channels(116)).isEqualTo(60);
    assertThat(new Scale(10, 1.0 / 64).channels(64)).isEqualTo(4);
    assertThatThrownBy(() -> new Scale(10, 0))
        .hasMessage("scale: width must be in (0, 64], got 0.0");
  }
}
