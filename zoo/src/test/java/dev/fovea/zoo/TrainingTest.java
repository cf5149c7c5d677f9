package dev.fovea.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.data.Batch;
import dev.fovea.engine.Engine;
import dev.fovea.nn.Losses;
import dev.fovea.nn.Model;
import dev.fovea.nn.Network;
import dev.fovea.nn.Signal;
import dev.fovea.optim.Optimizers;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.TrainingStep;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every architecture learns one small batch by heart; narrow, on small pictures. Two learn beside
 * each other, since networks this small leave most of the threads idle.
 */
@Execution(ExecutionMode.CONCURRENT)
final class TrainingTest {
  private static final int SAMPLES = 4;
  private static final int STEPS = 300;

  private static final Seed SEED = Seed.of(2);

  private static final int SMALL = 32;
  private static final int LARGE = 64;
  private static final Scale NARROW = new Scale(2, 1.0 / 16);

  @TempDir private Path folder;

  static List<Architecture> all() {
    return Zoo.all();
  }

  private static Shape picture(Architecture a) {
    int channels = a.input().dim(2);
    int usual = a.input().dim(0) > SMALL ? LARGE : SMALL;
    int size = Math.max(usual, a.smallestInput(NARROW, channels));
    return Shape.of(size, size, channels);
  }

  private static Batch batch(Model model) {
    Tensor pictures = Tensor.zeros(model.inputs().getFirst().prepend(SAMPLES));
    Rng rng = Seed.of(7).rng();
    int pixels = pictures.data().length / SAMPLES;
    int channels = pictures.shape().dim(3);
    for (int n = 0; n < SAMPLES; n++) {
      double[] colour = new double[channels];
      Arrays.setAll(colour, c -> 2 * rng.nextDouble() - 1);
      for (int i = 0; i < pixels; i++) {
        double noise = rng.nextDouble() - 0.5;
        pictures.data()[n * pixels + i] = (float) (colour[i % channels] + noise);
      }
    }
    Shape output = model.outputs().getFirst().prepend(SAMPLES);
    Tensor labels = Tensor.zeros(Losses.crossEntropy().target(output));
    for (int i = 0; i < labels.data().length; i++) {
      labels.data()[i] = i * SAMPLES / labels.data().length % 2;
    }
    return new Batch(pictures, labels, SAMPLES, 0);
  }

  @ParameterizedTest
  @MethodSource("all")
  void learnsABatchByHeartAndIsSavedAndLoaded(Architecture a) {
    Model model = a.model(NARROW, picture(a), SEED, Engine.shared());
    Batch batch = batch(model);
    assertLearns(model, batch);
    assertSavedAndLoaded(a, model, batch.input());
  }

  private static void assertLearns(Model model, Batch batch) {
    TrainingStep step =
        TrainingStep.of(model, Losses.crossEntropy(), Optimizers.adam(1e-3), SAMPLES);
    float first = step.trainOn(batch, Seed.of(0));
    float last = first;
    int steps = 1;
    while (last > 0.25f && steps < STEPS) {
      last = step.trainOn(batch, Seed.of(steps++));
    }
    assertThat(last).isLessThan(0.25f).isLessThan(first);
  }

  /** The ReLU after the logits is dead for no class, whatever the starting values. */
  @ParameterizedTest
  @ValueSource(strings = {"nin", "nin-imagenet", "squeezenet1-0", "squeezenet1-1"})
  void rectifiedLogitsLearnFromAnySeed(String name) {
    Architecture a = Zoo.find(name);
    for (int seed : new int[] {0, 1, 3, 4}) { // all architectures learn from 2
      Model model = a.model(NARROW, picture(a), Seed.of(seed), Engine.shared());
      assertLearns(model, batch(model));
    }
  }

  static List<Architecture> withHeads() {
    return Zoo.all().stream().filter(a -> a.heads().isPresent()).toList();
  }

  /** The sum of all logits learns only if gradients reach every head. */
  @ParameterizedTest
  @MethodSource("withHeads")
  void auxiliaryHeadsLearnBesideTheNetwork(Architecture a) {
    Network network = a.heads().orElseThrow().network().apply(NARROW);
    Network summed = in -> List.of(network.forward(in).stream().reduce(Signal::plus).orElseThrow());
    int size = a.name().equals("inception-v3") ? 299 : 80;
    Shape picture = Shape.of(size, size, 3);
    Model model = Model.build(summed, List.of(picture), SEED, Engine.shared());
    Map<String, Tensor> before = model.parameters().tensors();
    TrainingStep step =
        TrainingStep.of(model, Losses.crossEntropy(), Optimizers.adam(1e-3), SAMPLES);
    step.trainOn(batch(model), Seed.of(0));
    Map<String, Tensor> after = model.parameters().tensors();
    assertThat(before.keySet().stream().filter(n -> n.matches("(?i)aux.*weight")))
        .hasSizeGreaterThan(2)
        .allSatisfy(n -> assertThat(values(after, n)).isNotEqualTo(values(before, n)));
  }

  @ParameterizedTest
  @MethodSource("withHeads")
  void everyAuxiliaryHeadHasAWeight(Architecture a) {
    Model model = a.modelWithHeads(NARROW, a.input(), SEED, Engine.shared());
    assertThat(model.trace(1, true).outputs())
        .hasSize(1 + a.heads().orElseThrow().weights().size());
    assertThat(model.outputs()).hasSize(1);
    Model plain = a.model(NARROW, a.input(), SEED, Engine.shared());
    assertThat(model.parameters().tensors().keySet())
        .containsAll(plain.parameters().tensors().keySet());
  }

  @Test
  void picturesTooSmallForAuxiliaryHeadsAreToldSo() {
    Architecture a = Zoo.find("inception-v3");
    assertThatThrownBy(() -> a.modelWithHeads(NARROW, Shape.of(96, 96, 3), SEED, Engine.shared()))
        .isInstanceOf(FoveaException.class)
        .hasMessage(
            "inception-v3: pictures of 96×96×3 are too small for its auxiliary classifiers, the"
                + " usual ones are 299×299×3");
    Model none =
        Zoo.find("lenet5").modelWithHeads(NARROW, Shape.of(28, 28, 1), SEED, Engine.shared());
    assertThat(none.trace(1, true).outputs()).hasSize(1);
  }

  private static float[] values(Map<String, Tensor> tensors, String name) {
    return Objects.requireNonNull(tensors.get(name), name).data();
  }

  /** Weights of one size of picture serve another. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "vgg16-gap",
        "resnet18",
        "mobilenet-v2",
        "squeezenet1-1",
        "unet",
        "fcn-16s",
        "deeplab-v3"
      })
  void weightsServePicturesOfAnySize(String name) {
    Architecture a = Zoo.find(name);
    int channels = a.input().dim(2);
    Model first = a.model(NARROW, Shape.of(64, 64, channels), SEED, Engine.shared());
    Model other = a.model(NARROW, Shape.of(48, 80, channels), Seed.of(3), Engine.shared());
    other.parameters().load(name, first.parameters().tensors());
    Tensor zeros = Tensor.zeros(Shape.of(1, 48, 80, channels));
    assertThat(other.run(zeros).data()).isNotEmpty().doesNotContain(Float.NaN);
  }

  private void assertSavedAndLoaded(Architecture a, Model model, Tensor pictures) {
    Path file = folder.resolve("model.safetensors");
    model.save(file);
    Model other = a.model(NARROW, model.inputs().getFirst(), Seed.of(3), Engine.shared());
    assertThat(other.load(file).run(pictures).data()).containsExactly(model.run(pictures).data());
  }
}
