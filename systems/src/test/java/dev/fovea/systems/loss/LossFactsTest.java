package dev.fovea.systems.loss;

import static dev.fovea.nn.Losses.crossEntropy;

import dev.fovea.io.Json;
import dev.fovea.nn.Losses;
import dev.fovea.op.Formulas;
import dev.fovea.op.Value;
import dev.fovea.systems.VisionFacts.Fact;
import dev.fovea.systems.box.BoxArray;
import dev.fovea.systems.box.Facts;
import dev.fovea.systems.box.GraphNumbers;
import dev.fovea.systems.region.MaskTargets;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The cases of {@code losses.json}: answers of torch, torchvision and smp. */
final class LossFactsTest {
  @TestFactory
  Stream<DynamicTest> smoothL1() {
    return Facts.tests(
        "losses",
        "smooth_l1",
        f -> {
          float beta = (float) Facts.param(f, "beta");
          List<float[]> got =
              GraphNumbers.of(
                  v -> Formulas.smoothL1(v.get(0).minus(v.get(1)), beta),
                  Facts.tensor(f.input("x")),
                  Facts.tensor(f.input("target")));
          Facts.close(got.get(0), f.answer("loss"), f.tolerance());
          Facts.close(got.get(1), f.answer("gradient"), f.tolerance());
        });
  }

  @TestFactory
  Stream<DynamicTest> focal() {
    return Facts.tests(
        "losses",
        "focal",
        f -> {
          float alpha = (float) Facts.param(f, "alpha");
          float gamma = (float) Facts.param(f, "gamma");
          elements(f, (x, t) -> Formulas.focalEntropy(x, t, alpha, gamma));
        });
  }

  @TestFactory
  Stream<DynamicTest> binaryEntropy() {
    return Facts.tests("losses", "binary_cross_entropy", f -> elements(f, Formulas::binaryEntropy));
  }

  private static void elements(Fact f, BinaryOperator<Value> loss) {
    List<float[]> got =
        GraphNumbers.of(
            v -> loss.apply(v.get(0), v.get(1)),
            Facts.tensor(f.input("logits")),
            Facts.tensor(f.input("target")));
    Facts.close(got.get(0), f.answer("loss"), f.tolerance());
    Facts.close(got.get(1), f.answer("gradient"), f.tolerance());
  }

  @TestFactory
  Stream<DynamicTest> pixels() {
    return Facts.tests("losses", "cross_entropy_of_pixels", LossFactsTest::pixels);
  }

  private static void pixels(Fact f) {
    Losses.CrossEntropy plain = crossEntropy().ignore((int) Facts.param(f, "ignore"));
    Losses.CrossEntropy loss =
        f.params().containsKey("weights")
            ? plain.weights(Facts.floats(Json.member(f.params(), "weights", f.name())))
            : plain;
    whole(f, "labels", loss::of);
  }

  /** Compares one number, and the gradient by channels-first logits. */
  private static void whole(Fact f, String target, BinaryOperator<Value> loss) {
    Tensor logits = Facts.channelsLast(Facts.tensor(f.input("logits")));
    Tensor given = Facts.tensor(f.input(target));
    Tensor like = target.equals("masks") ? Facts.channelsLast(given) : given;
    List<float[]> got = GraphNumbers.of(v -> loss.apply(v.get(0), v.get(1)), logits, like);
    Facts.close(got.get(0), List.of(f.answer("loss")), f.tolerance());
    if (f.expected().containsKey("gradient")) {
      Tensor gradient = Facts.channelsLast(Facts.tensor(f.answer("gradient")));
      Facts.close(got.get(1), doubles(gradient), f.tolerance());
    }
  }

  private static List<Double> doubles(Tensor t) {
    return IntStream.range(0, t.data().length).mapToObj(i -> (double) t.data()[i]).toList();
  }

  @TestFactory
  Stream<DynamicTest> overlapsOfMasks() {
    return Stream.of("dice_binary", "jaccard_binary")
        .flatMap(name ->
            Facts.tests(
                "losses",
                name,
                f -> {
                  double smooth = Facts.param(f, "smooth");
                  BatchOverlap loss = new BatchOverlap(name.startsWith("jaccard"), smooth);
                  whole(f, "masks", loss::ofMasks);
                }));
  }

  @TestFactory
  Stream<DynamicTest> overlapsOfClasses() {
    return Stream.of("dice_multiclass", "jaccard_multiclass")
        .flatMap(name ->
            Facts.tests(
                "losses",
                name,
                f ->
                    whole(
                        f, "labels", new BatchOverlap(name.startsWith("jaccard"), 0)::ofClasses)));
  }

  @TestFactory
  Stream<DynamicTest> diceOfSamples() {
    return Facts.tests("losses", "dice_per_sample", f -> whole(f, "masks", Losses.dice()::of));
  }

  @TestFactory
  Stream<DynamicTest> masks() {
    return Facts.tests("losses", "mask_loss", LossFactsTest::masks);
  }

  private static void masks(Fact f) {
    Tensor logits = Facts.channelsLast(Facts.tensor(f.input("logits")));
    int regions = logits.shape().dim(0);
    int size = logits.shape().dim(1);
    BoxArray boxes = Facts.boxes(f.input("proposals"));
    int[] matched = Facts.ints(f.input("matched"));
    int[] classes = Facts.ints(f.input("labels"));
    List<Object> masks = Json.array(f.input("masks"), f.name());
    Tensor targets = Tensor.zeros(Shape.of(regions, size, size));
    float[] labels = new float[regions];
    for (int i = 0; i < regions; i++) {
      Tensor mask = Facts.tensor(masks.get(matched[i]));
      float[] target = new MaskTargets(size, false).within(boxes, i, mask);
      System.arraycopy(target, 0, targets.data(), i * size * size, target.length);
      labels[i] = classes[matched[i]];
    }
    List<float[]> got =
        GraphNumbers.of(
            v -> MaskLoss.of(v.get(0), v.get(1), v.get(2)),
            logits,
            Tensor.of(Shape.of(regions), labels),
            targets);
    Facts.close(got.get(0), List.of(f.answer("loss")), f.tolerance());
    Tensor gradient = Facts.channelsLast(Facts.tensor(f.answer("gradient")));
    Facts.close(got.get(1), doubles(gradient), f.tolerance());
  }
}
