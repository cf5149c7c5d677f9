package dev.fovea.vision.augment;

import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Losses.crossEntropy;
import static dev.fovea.optim.Optimizers.sgd;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.data.Batch;
import dev.fovea.data.BatchStream;
import dev.fovea.data.Dataset;
import dev.fovea.data.Mark;
import dev.fovea.data.Sample;
import dev.fovea.data.Target;
import dev.fovea.nn.Model;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.Epochs;
import dev.fovea.train.Metrics;
import dev.fovea.train.Trainer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Training with masks under changes of place. */
final class MaskTrainingTest {
  private static final Shape PICTURE = Shape.of(6, 7, 1);

  /** Noise whose mask is 1 where a pixel is bright. */
  private record Noise(int size) implements Dataset {
    @Override
    public Shape inputShape() {
      return PICTURE;
    }

    @Override
    public List<Target> targets() {
      return List.of(Target.mask(6, 7));
    }

    @Override
    public List<String> classes() {
      return List.of("dark", "bright");
    }

    @Override
    public Sample read(int index, Seed seed) {
      Rng rng = Seed.of(5).split(index).rng();
      Tensor picture = Tensor.zeros(PICTURE);
      Tensor mask = Tensor.zeros(Shape.of(6, 7));
      for (int i = 0; i < mask.data().length; i++) {
        picture.data()[i] = rng.nextInt(2) == 0 ? -1 - rng.nextFloat() : 1 + rng.nextFloat();
        mask.data()[i] = picture.data()[i] > 0 ? 1 : 0;
      }
      return Sample.of(picture, new Mark.Mask(mask));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"flip", "vflip,flip", "flip,shift:2"})
  void everyPixelKeepsItsClass(String text) {
    Dataset moved = new Noise(64).augment(Augmentations.parse(text, -2));
    try (BatchStream stream = moved.batches(64).open(Seed.of(1))) {
      for (Batch b = stream.next(); b != null; b = stream.next()) {
        for (int i = 0; i < b.target().data().length; i++) {
          assertThat(b.target().data()[i]).isEqualTo(b.input().data()[i] > 0 ? 1f : 0f);
        }
      }
    }
  }

  /** Wrong pairs of half of the pictures would keep the accuracy near three quarters. */
  @Test
  void flippedPairsAreLearned() {
    Model model = Model.build(conv2d(2, 1), PICTURE, Seed.of(2));
    Trainer trainer = Trainer.of(model, crossEntropy(), sgd(0.5)).metrics(Metrics.accuracy());
    Dataset flipped = new Noise(64).augment(Augmentations.parse("flip"));
    trainer.fit(flipped.shuffled().batches(16), Epochs.epochs(10));
    assertThat(trainer.evaluate(flipped).metric("accuracy")).isEqualTo(1);
    assertThat(trainer.evaluate(flipped).loss()).isLessThan(0.1);
  }
}
