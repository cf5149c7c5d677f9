package dev.fovea.systems.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.io.Json;
import dev.fovea.systems.VisionFacts;
import dev.fovea.systems.VisionFacts.Fact;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Figures of maps, as torchmetrics 1.9.0 and segmentation_models.pytorch count them. */
final class SegmentationScoresTest {
  static List<Fact> maps() {
    return VisionFacts.of("segmentation", "figures of class maps");
  }

  static List<Fact> masks() {
    return VisionFacts.of("segmentation", "figures of masks");
  }

  static List<Fact> instances() {
    return VisionFacts.of("segmentation", "mean over IoU");
  }

  private static SegmentationResult measure(Fact fact, SegmentationScores measure) {
    List<Object> truth = VisionFacts.list(fact.input("truth"));
    List<Object> prediction = VisionFacts.list(fact.input("prediction"));
    for (int i = 0; i < truth.size(); i++) {
      measure.add(VisionFacts.map(truth.get(i)), VisionFacts.map(prediction.get(i)));
    }
    return measure.result();
  }

  @ParameterizedTest
  @MethodSource("maps")
  void mapsOfClasses(Fact fact) {
    int n = VisionFacts.whole(fact.input("classes"));
    Object ignore = fact.input("ignore");
    OptionalInt ignored =
        ignore == Json.Null.NULL ? OptionalInt.empty() : OptionalInt.of(VisionFacts.whole(ignore));
    List<String> names = IntStream.range(0, n).mapToObj(Integer::toString).toList();
    SegmentationResult result = measure(fact, new SegmentationScores(names, ignored));
    double[][] confusion = VisionFacts.rows(fact.answer("confusion"));
    double absentAsZero = 0;
    for (int c = 0; c < n; c++) {
      for (int p = 0; p < n; p++) {
        assertThat((double) result.confusion().count(c, p)).isEqualTo(confusion[c][p]);
      }
      check(result.iou(c), VisionFacts.list(fact.answer("iou")).get(c), fact);
      check(result.dice(c), VisionFacts.list(fact.answer("dice")).get(c), fact);
      check(result.classAccuracy(c), VisionFacts.list(fact.answer("class_accuracy")).get(c), fact);
      absentAsZero += Double.isNaN(result.iou(c)) ? 0 : result.iou(c) / n;
    }
    check(result.pixelAccuracy(), fact.answer("pixel_accuracy"), fact);
    check(result.meanClassAccuracy(), fact.answer("mean_class_accuracy"), fact);
    check(result.meanIou(), fact.answer("mean_iou_of_classes_in_truth_or_prediction"), fact);
    check(result.meanIouOfPresent(), fact.answer("mean_iou_of_classes_in_truth"), fact);
    check(absentAsZero, fact.answer("mean_iou_absent_as_0"), fact);
    check(result.frequencyWeightedIou(), fact.answer("frequency_weighted_iou"), fact);
    check(result.meanIou(), fact.answer("torchmetrics_jaccard_macro"), fact);
    // Right pixels over true and predicted ones together: 1 − a of each are not shared.
    double accuracy = result.pixelAccuracy();
    check(accuracy / (2 - accuracy), fact.answer("torchmetrics_jaccard_micro"), fact);
  }

  @ParameterizedTest
  @MethodSource("masks")
  void masksPictureByPicture(Fact fact) {
    SegmentationResult result =
        measure(fact, new SegmentationScores(List.of("background", "object")));
    check(result.iou(1), fact.answer("iou_over_all"), fact);
    check(result.dice(1), fact.answer("dice_over_all"), fact);
    SegmentationResult.PerPicture of = result.perPicture().get(1);
    check(of.meanIou(0), fact.answer("iou_per_image_mean_empty0"), fact);
    check(of.meanIou(1), fact.answer("iou_per_image_mean_empty1"), fact);
    check(of.meanDice(0), fact.answer("dice_per_image_mean_empty0"), fact);
    check(of.meanDice(1), fact.answer("dice_per_image_mean_empty1"), fact);
    assertThat(result.confusion().count(1, 1)).isEqualTo(fact.answer("tp"));
    assertThat(result.confusion().count(0, 1)).isEqualTo(fact.answer("fp"));
    assertThat(result.confusion().count(1, 0)).isEqualTo(fact.answer("fn"));
  }

  @ParameterizedTest
  @MethodSource("instances")
  void objectsToldApart(Fact fact) {
    InstanceScore.Result result =
        new InstanceScore()
            .add(VisionFacts.map(fact.input("truth")), VisionFacts.map(fact.input("prediction")))
            .result();
    check(result.score(), fact.answer("score"), fact);
    assertThat(result.at().stream().mapToDouble(Double::doubleValue).toArray())
        .containsExactly(VisionFacts.numbers(fact.answer("at")), within(fact.tolerance()));
  }

  private static void check(double figure, Object expected, Fact fact) {
    double wanted = expected == Json.Null.NULL ? Double.NaN : VisionFacts.number(expected);
    if (Double.isNaN(wanted)) {
      assertThat(figure).isNaN();
    } else {
      assertThat(figure).isCloseTo(wanted, within(fact.tolerance()));
    }
  }

  @Test
  void emptyPicturesAreFullScore() {
    Tensor empty = Tensor.zeros(Shape.of(2, 2));
    assertThat(new InstanceScore().add(empty, empty).result().score()).isEqualTo(1);
    assertThat(new InstanceScore().result().score()).isNaN();
  }

  /** Overlaps above 1 and negative Dice are what users meet where values are not classes. */
  @Test
  void figuresAreShares() {
    Rng rng = new Rng(4);
    for (int n = 0; n < 50; n++) {
      Tensor truth = Tensor.zeros(Shape.of(3, 5));
      Tensor predicted = Tensor.zeros(Shape.of(3, 5));
      for (int i = 0; i < 15; i++) {
        truth.data()[i] = rng.nextInt(10) == 0 ? 255 : rng.nextInt(2);
        predicted.data()[i] = rng.nextInt(3);
      }
      SegmentationResult result =
          new SegmentationScores(List.of("a", "b", "c"), OptionalInt.of(255))
              .add(truth, predicted)
              .result();
      assertThat(
              List.of(
                  result.pixelAccuracy(),
                  result.meanIou(),
                  result.meanDice(),
                  result.frequencyWeightedIou(),
                  result.iou(2),
                  result.dice(2)))
          .allMatch(v -> Double.isNaN(v) || (v >= 0 && v <= 1));
    }
  }

  @Test
  void refusesMapsThatDoNotFit() {
    SegmentationScores measure = new SegmentationScores(List.of("sky", "ground"));
    Tensor a = Tensor.zeros(Shape.of(2, 2));
    assertThatThrownBy(() -> measure.add(a, Tensor.zeros(Shape.of(2, 3))))
        .hasMessage("segmentation: the truth is [2,2], the prediction [2,3]");
    assertThatThrownBy(() -> measure.add(Tensor.of(Shape.of(2, 2), 0, 255, 0, 1), a))
        .hasMessage("segmentation: a pixel of class 255.0 in the truth, there are classes 0 to 1");
  }
}
