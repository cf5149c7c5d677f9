package dev.fovea.formats;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.data.Batch;
import dev.fovea.formats.testing.CaffeFiles;
import dev.fovea.formats.testing.KerasFiles;
import dev.fovea.formats.testing.Models;
import dev.fovea.formats.testing.OnnxFiles;
import dev.fovea.formats.testing.RandomTensors;
import dev.fovea.nn.Losses;
import dev.fovea.nn.Model;
import dev.fovea.optim.Optimizers;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.TrainingStep;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Networks from files are trained further like any other. */
final class FineTuningTest {
  private static final int SAMPLES = 6;

  @TempDir private Path folder;

  /** Learns to tell some pictures apart, from the file's weights on. */
  private static void learns(ImportedNetwork network) {
    Model model = network.model();
    Shape input = network.inputs().get(0).sample();
    Tensor pictures = RandomTensors.random(5, input.prepend(SAMPLES).dims());
    Tensor labels = Tensor.of(Shape.of(SAMPLES), 0, 1, 2, 0, 1, 2);
    TrainingStep step =
        TrainingStep.of(model, Losses.crossEntropy(), Optimizers.adam(0.02), SAMPLES);
    Batch batch = new Batch(pictures, labels, SAMPLES, 0);
    float first = step.trainOn(batch, Seed.of(0));
    float last = first;
    for (int i = 1; i < 40; i++) {
      last = step.trainOn(batch, Seed.of(i));
    }
    assertThat(last).isLessThan(0.9f * first);
  }

  @Test
  void ofKeras() {
    Path file = folder.resolve("m.h5");
    KerasFiles.write(file, KerasFiles.config(), KerasFiles.weights());
    learns(Formats.read(file));
  }

  @Test
  void ofCaffe() {
    Models.write(folder.resolve("m.caffemodel"), CaffeFiles.caffemodel(CaffeFiles.weights()));
    learns(Formats.read(Models.write(folder.resolve("m.prototxt"), CaffeFiles.prototxt())));
  }

  @Test
  void ofOnnx() {
    learns(Formats.read(Models.write(folder.resolve("m.onnx"), OnnxFiles.model())));
  }
}
