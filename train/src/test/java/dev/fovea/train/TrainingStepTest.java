package dev.fovea.train;

import static dev.fovea.nn.Layers.batchNorm;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;
import static dev.fovea.nn.Layers.tanh;
import static dev.fovea.nn.Losses.binaryCrossEntropy;
import static dev.fovea.nn.Losses.crossEntropy;
import static dev.fovea.nn.Losses.meanSquaredError;
import static dev.fovea.optim.Optimizers.adam;
import static dev.fovea.optim.Optimizers.sgd;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.Batch;
import dev.fovea.data.BatchStream;
import dev.fovea.data.Batches;
import dev.fovea.engine.Engine;
import dev.fovea.nn.Loss;
import dev.fovea.nn.Model;
import dev.fovea.nn.Network;
import dev.fovea.nn.Signal;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.testing.TrainFixtures;
import dev.fovea.train.testing.TrainFixtures.Quarters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Training loops of one's own. */
final class TrainingStepTest {
  private static final Engine ENGINE = Engine.ofThreads(1);
  private static final List<Shape> NOISE = List.of(Shape.of(4));
  private static final Offset<Float> NEAR = Offset.offset(1e-5f);

  /** The loop of the Javadoc comes to the same bits as the trainer, dropout and statistics too. */
  @Test
  void aLoopOfOnesOwnDoesWhatTheTrainerDoes() {
    Batches batches = new Quarters(80, 1).shuffled().batches(32);
    Model trained = TrainFixtures.convnet(ENGINE);
    Model own = trained.copy();
    Seed seed = Seed.of(5);
    Trainer.of(trained, crossEntropy(), adam(1e-2)).seed(seed).fit(batches, Epochs.epochs(2));

    TrainingStep step = TrainingStep.of(own, crossEntropy(), adam(1e-2), 32);
    int steps = 0;
    for (int epoch = 0; epoch < 2; epoch++) {
      try (BatchStream stream = batches.open(seed.split("epoch").split(epoch))) {
        for (Batch b = stream.next(); b != null; b = stream.next()) {
          float loss = step.gradients(b, seed.split("step").split(steps++));
          assertThat(loss).isFinite();
          step.apply(1e-2);
        }
      }
    }
    assertThat(own.parameters().values()).isEqualTo(trained.parameters().values());
  }

  @Test
  void gradientsAloneChangeNothingAndOutputsCanBeRead() {
    Model model = TrainFixtures.convnet(ENGINE);
    float[] before = model.parameters().values().clone();
    TrainingStep step = TrainingStep.of(model, crossEntropy(), sgd(0.1), 8);
    Tensor x = noise(1, 8, 8, 8, 1);
    Tensor labels = Tensor.of(Shape.of(8), 0, 1, 2, 3, 0, 1, 2, 3);
    float loss = step.gradients(Seed.of(1), x, labels);
    assertThat(model.parameters().values()).isEqualTo(before);
    Tensor logits = step.output(0);
    assertThat(logits.shape()).isEqualTo(Shape.of(8, 4));
    double sum = 0;
    for (int i = 0; i < 8; i++) {
      double all = 0;
      for (int c = 0; c < 4; c++) {
        all += Math.exp(logits.data()[4 * i + c]);
      }
      sum += Math.log(all) - logits.data()[4 * i + i % 4];
    }
    assertThat((double) loss).isCloseTo(sum / 8, within(1e-5));
    step.apply();
    assertThat(model.parameters().values()).isNotEqualTo(before);
  }

  /** Fault: running statistics became NaN and the step was counted. */
  @Test
  void aStepThatIsNotFiniteChangesNothing() {
    Model model = TrainFixtures.convnet(ENGINE);
    Model twin = model.copy();
    Tensor labels = Tensor.of(Shape.of(4), 0, 1, 2, 3);
    Tensor good = noise(1, 4, 8, 8, 1);
    Tensor bad = noise(2, 4, 8, 8, 1);
    bad.data()[5] = Float.NaN;
    float[] before = model.parameters().values().clone();
    TrainingStep step = TrainingStep.of(model, crossEntropy(), adam(1e-2), 4);
    assertThat(step.gradients(Seed.of(1), bad, labels)).isNaN();
    assertThatThrownBy(step::apply)
        .isInstanceOf(DivergedException.class)
        .hasMessageStartingWith(
            "training step: the norm of the gradients is not finite, the loss is NaN");
    assertThat(model.parameters().values()).isEqualTo(before);
    // The next step is the first one: Adam's rate depends on the number of steps.
    TrainingStep other = TrainingStep.of(twin, crossEntropy(), adam(1e-2), 4);
    for (TrainingStep s : List.of(step, other)) {
      s.gradients(Seed.of(2), good, labels);
      s.apply();
    }
    assertThat(model.parameters().values()).isEqualTo(twin.parameters().values());
  }

  /** The loop of the Javadoc: a network that sees no point of a ring makes points where it is. */
  @Test
  void aGeneratorLearnsToMakeWhatADiscriminatorTakesForReal() {
    Model generator =
        Model.build(sequence(dense(24), relu(), dense(2)), Shape.of(4), Seed.of(1), ENGINE);
    Model discriminator =
        Model.build(
            sequence(dense(24), relu(), dense(24), relu(), dense(1)),
            Shape.of(2),
            Seed.of(2),
            ENGINE);
    Loss loss = binaryCrossEntropy();
    TrainingStep judge =
        TrainingStep.of(
            in -> {
              Signal real = discriminator.apply(in.get(0));
              Signal made = discriminator.apply(generator.apply(in.get(1)));
              return List.of(loss.of(real, real.filled(1)).plus(loss.of(made, made.filled(0))));
            },
            List.of(Shape.of(2), Shape.of(4)),
            adam(5e-3),
            64,
            discriminator);
    TrainingStep forge =
        TrainingStep.of(
            in -> {
              Signal made = discriminator.apply(generator.apply(in.get(0)));
              return List.of(loss.of(made, made.filled(1)));
            },
            List.of(Shape.of(4)),
            adam(2e-3),
            64,
            generator);
    float[] untouched = generator.parameters().values().clone();
    double before = distance(generator);
    Seed seed = Seed.of(3);
    judge.gradients(seed, ring(0), noise(0, 64, 4));
    judge.apply();
    assertThat(generator.parameters().values()).isEqualTo(untouched);
    for (int i = 1; i < 600; i++) {
      judge.gradients(seed.split(i), ring(i), noise(i, 64, 4));
      judge.apply();
      forge.gradients(seed.split(i), noise(-i, 64, 4));
      forge.apply();
    }
    assertThat(before).isGreaterThan(3);
    assertThat(distance(generator)).isLessThan(0.5);
  }

  /** Points at distance 2 of (4, 1). */
  private static Tensor ring(int seed) {
    Rng rng = Seed.of(seed).split("ring").rng();
    Tensor t = Tensor.zeros(Shape.of(64, 2));
    for (int i = 0; i < 64; i++) {
      double angle = rng.nextFloat(0, (float) (2 * Math.PI));
      t.data()[2 * i] = (float) (4 + 2 * Math.cos(angle));
      t.data()[2 * i + 1] = (float) (1 + 2 * Math.sin(angle));
    }
    return t;
  }

  /** Returns how far the mean of made points is from that of the ring. */
  private static double distance(Model generator) {
    float[] p = generator.run(noise(77, 64, 4)).data();
    double x = 0;
    double y = 0;
    for (int i = 0; i < 64; i++) {
      x += p[2 * i] / 64;
      y += p[2 * i + 1] / 64;
    }
    return Math.hypot(x - 4, y - 1);
  }

  /** A student learns a teacher's outputs; the teacher's norm uses and keeps its statistics. */
  @Test
  void aStudentLearnsWhatATeacherSays() {
    Model teacher =
        Model.build(
            sequence(dense(16), batchNorm(), tanh(), dense(3)), Shape.of(4), Seed.of(1), ENGINE);
    teacher.parameters().set("1.running_mean", noise(4, 16));
    Model student =
        Model.build(sequence(dense(12), tanh(), dense(3)), Shape.of(4), Seed.of(2), ENGINE);
    float[] wisdom = teacher.parameters().values().clone();
    Network formula =
        in -> {
          Signal says = teacher.apply(in.get(0));
          return List.of(meanSquaredError().of(student.apply(in.get(0)), says), says);
        };
    TrainingStep step = TrainingStep.of(formula, List.of(Shape.of(4)), adam(1e-2), 32, student);
    float first = step.gradients(Seed.of(0), noise(0, 32, 4));
    assertThat(step.output(0).data()).containsExactly(teacher.run(noise(0, 32, 4)).data(), NEAR);
    float last = first;
    for (int i = 0; i < 400; i++) {
      last = step.gradients(Seed.of(i), noise(i, 32, 4));
      step.apply();
    }
    assertThat(last).isLessThan(first / 20);
    assertThat(teacher.parameters().values()).isEqualTo(wisdom);
  }

  /** One step may train several models, as an encoder and a decoder. */
  @Test
  void aStepTrainsTheModelsThatItIsTold() {
    Model encoder = Model.build(sequence(dense(2)), Shape.of(4), Seed.of(1), ENGINE);
    Model decoder = Model.build(sequence(dense(4)), Shape.of(2), Seed.of(2), ENGINE);
    Network formula =
        in -> {
          Signal back = decoder.apply(encoder.apply(in.get(0)));
          return List.of(meanSquaredError().of(back, in.get(0)));
        };
    TrainingStep both =
        TrainingStep.of(formula, List.of(Shape.of(4)), adam(1e-2), 16, encoder, decoder);
    List<Float> losses = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      losses.add(both.gradients(Seed.of(i), noise(i % 4, 16, 4)));
      both.apply();
    }
    assertThat(losses.getLast()).isLessThan(0.75f * losses.getFirst());
    float[] frozen = decoder.parameters().values().clone();
    TrainingStep one = TrainingStep.of(formula, List.of(Shape.of(4)), sgd(0.1), 16, encoder);
    one.gradients(Seed.of(1), noise(1, 16, 4));
    one.apply();
    assertThat(decoder.parameters().values()).isEqualTo(frozen);
  }

  /** A model may be applied several times with layers that are lambdas. */
  @Test
  void aModelAppliedTwiceHasOneSetOfParameters() {
    Model judge =
        Model.build(
            x -> dense(1).apply(sequence(dense(3), relu()).apply(x)),
            Shape.of(2),
            Seed.of(1),
            ENGINE);
    Network twice = in -> List.of(judge.apply(in.get(0)).minus(judge.apply(in.get(1))));
    Model pair = Model.build(twice, List.of(Shape.of(2), Shape.of(2)), Seed.of(2), ENGINE);
    assertThat(pair.parameters().all()).isEmpty();
    Tensor a = noise(1, 3, 2);
    Tensor b = noise(2, 3, 2);
    float[] difference = pair.run(List.of(a, b)).get(0).data();
    for (int i = 0; i < 3; i++) {
      assertThat(difference[i]).isEqualTo(judge.run(a).data()[i] - judge.run(b).data()[i]);
    }
  }

  /** What is not trained stays as it is, unless its norms are told to behave as in training. */
  @Test
  void statisticsOfAModelThatIsNotTrainedFollowWhereTheyAreToldTo() {
    Model judge =
        Model.build(sequence(dense(3), batchNorm(), dense(1)), Shape.of(2), Seed.of(1), ENGINE);
    Model maker = Model.build(sequence(dense(2)), Shape.of(4), Seed.of(2), ENGINE);
    float[] before = judge.parameters().values().clone();
    TrainingStep plain = TrainingStep.of(fooling(judge, maker), NOISE, sgd(0.1), 8, maker);
    plain.gradients(Seed.of(1), noise(1, 8, 4));
    plain.apply();
    assertThat(judge.parameters().values()).isEqualTo(before);

    Tensor x = noise(3, 1, 2);
    float answer = judge.run(x).item();
    Model told = judge.asInTraining("**");
    TrainingStep following = TrainingStep.of(fooling(told, maker), NOISE, sgd(0.1), 8, maker);
    following.gradients(Seed.of(1), noise(1, 8, 4));
    following.apply();
    Tensor mean = judge.parameters().tensor("1.running_mean");
    assertThat(mean.data()).doesNotContain(0);
    assertThat(judge.parameters().tensor("0.weight").data())
        .isEqualTo(Arrays.copyOfRange(before, offset(judge), offset(judge) + 6));
    // Inference folds the statistics into weights: it must have noticed.
    assertThat(judge.run(x).item()).isNotEqualTo(answer);
  }

  private static int offset(Model judge) {
    return judge.parameters().get("0.weight").offset();
  }

  private static Network fooling(Model judge, Model maker) {
    return in -> {
      Signal made = judge.apply(maker.apply(in.get(0)));
      return List.of(binaryCrossEntropy().of(made, made.filled(1)));
    };
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    Model m = Model.build(sequence(dense(3)), Shape.of(2), Seed.of(1), ENGINE);
    List<Shape> in = List.of(Shape.of(2));
    assertThatThrownBy(() -> TrainingStep.of(x -> List.of(m.apply(x.get(0))), in, sgd(1), 4, m))
        .isInstanceOf(FoveaException.class)
        .hasMessage(
            "training step: the loss must be one number for a batch, got [4,3]; take the mean");
    assertThatThrownBy(() -> TrainingStep.of(x -> List.of(m.apply(x.get(0))), in, sgd(1), 4))
        .hasMessage("training step: needs at least one model to train");
    assertThatThrownBy(
            () -> TrainingStep.of(x -> List.of(dense(1).apply(x.get(0))), in, sgd(1), 4, m))
        .hasMessage(
            "dense.weight: a layer with parameters belongs in a model; a formula applies models");
    Model other = Model.build(sequence(dense(3)), Shape.of(5), Seed.of(1), ENGINE);
    assertThatThrownBy(() -> TrainingStep.of(x -> List.of(other.apply(x.get(0))), in, sgd(1), 4, m))
        .hasMessage("model: takes samples of [[5]], applied to [[2]]");
    TrainingStep step = TrainingStep.of(m, crossEntropy(), sgd(1), 4);
    assertThatThrownBy(() -> step.gradients(Seed.of(1), noise(1, 4, 2)))
        .hasMessage("training step: takes 2 tensors, got 1");
    assertThatThrownBy(() -> step.gradients(Seed.of(1), noise(1, 4, 2), noise(1, 4, 3)))
        .hasMessage("training step: tensor 1 must be [4], got [4,3]");
  }

  /** Fault: running statistics became zeros, or those of a batch of another size. */
  @Test
  void aStepNeedsGradientsOfItsOwn() {
    Model m = Model.build(sequence(dense(3), batchNorm()), Shape.of(2), Seed.of(1), ENGINE);
    float[] before = m.parameters().values().clone();
    TrainingStep step = TrainingStep.of(m, crossEntropy(), adam(0.1).weightDecay(0.1), 4);
    String message = "training step: apply() needs new gradients; call gradients() first";
    assertThatThrownBy(step::apply).isInstanceOf(FoveaException.class).hasMessage(message);
    Tensor labels = Tensor.of(Shape.of(4), 0, 1, 2, 0);
    step.gradients(Seed.of(1), noise(1, 4, 2), labels);
    assertThatThrownBy(() -> step.gradients(Seed.of(1), noise(1, 2, 2), labels))
        .hasMessage("training step: tensor 1 must be [2], got [4]");
    assertThatThrownBy(step::apply).hasMessage(message);
    assertThat(m.parameters().values()).isEqualTo(before);
    step.gradients(Seed.of(1), noise(1, 4, 2), labels);
    step.apply();
    assertThatThrownBy(step::apply).hasMessage(message);
    assertThat(m.parameters().values()).isNotEqualTo(before);
    assertThatThrownBy(() -> step.output(1)).hasMessage("training step: no output 1, there are 1");
  }

  @Test
  void modelsToTrainMustBeAppliedAndDiffer() {
    Model m = Model.build(sequence(dense(1)), Shape.of(2), Seed.of(1), ENGINE);
    Model other = Model.build(sequence(dense(1)), Shape.of(2), Seed.of(1), ENGINE);
    Network formula = in -> List.of(binaryCrossEntropy().of(m.apply(in.get(0)), in.get(1)));
    List<Shape> in = List.of(Shape.of(2), Shape.of(1));
    assertThatThrownBy(() -> TrainingStep.of(formula, in, sgd(1), 4, m, other))
        .isInstanceOf(FoveaException.class)
        .hasMessage("training step: the formula does not apply model 2 of the 2 to train");
    assertThatThrownBy(() -> TrainingStep.of(formula, in, sgd(1), 4, m, m.freeze("0.bias")))
        .isInstanceOf(FoveaException.class)
        .hasMessage("training step: two of the models to train share parameters");
    assertThatThrownBy(() -> TrainingStep.of(formula, in, sgd(1), 0, m))
        .isInstanceOf(FoveaException.class)
        .hasMessage("training step: a batch has 1 sample or more, got 0");
  }

  private static Tensor noise(int seed, int... shape) {
    Tensor t = Tensor.zeros(Shape.of(shape));
    Rng rng = Seed.of(seed).split("noise").rng();
    for (int i = 0; i < t.data().length; i++) {
      t.data()[i] = (float) rng.nextGaussian();
    }
    return t;
  }
}
