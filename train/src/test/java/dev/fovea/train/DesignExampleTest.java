package dev.fovea.train;

import static dev.fovea.nn.Layers.*;
import static dev.fovea.nn.Losses.*;
import static dev.fovea.optim.Optimizers.*;
import static dev.fovea.train.Callbacks.*;
import static dev.fovea.train.Epochs.*;
import static dev.fovea.train.Metrics.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.data.DataSplit;
import dev.fovea.data.Digits;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Model;
import dev.fovea.nn.Prediction;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example with which the design page shows what a user writes. */
final class DesignExampleTest {
  @Test
  void lenetLearnsDigits(@TempDir Path dir) {
    DataSplit mnist = Digits.load(Seed.of(1), 1000, 200);
    Tensor image = mnist.test().input(0, Seed.of(0));

    Layer lenet =
        sequence(
            conv2d(6, 5).same(),
            tanh(),
            avgPool(2),
            conv2d(16, 5),
            tanh(),
            avgPool(2),
            flatten(),
            dense(120),
            tanh(),
            dense(84),
            tanh(),
            dense(10));

    Model model = Model.build(lenet, Shape.of(28, 28, 1), Seed.of(42));
    String summary = model.summary().toString();

    History history =
        Trainer.of(model, crossEntropy(), adam(1e-3))
            .metrics(accuracy())
            .callbacks(earlyStopping(3), checkpoints(dir))
            .fit(mnist.train().shuffled().batches(128), epochs(5), mnist.test());

    Prediction p = model.predict(image);
    model.save(dir.resolve("lenet.safetensors"));

    assertThat(summary).contains("61,706");
    assertThat(history.epochs()).hasSize(5);
    assertThat(history.epochs().getLast().validation().orElseThrow().metric("accuracy"))
        .isGreaterThan(0.5);
    assertThat(p.probabilities()).hasSize(10);
    assertThat(Checkpoint.exists(dir)).isTrue();
  }
}
