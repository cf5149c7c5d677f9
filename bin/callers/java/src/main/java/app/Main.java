package app;

import static dev.fovea.nn.Losses.crossEntropy;
import static dev.fovea.optim.Optimizers.adam;
import static dev.fovea.train.Epochs.epochs;
import static dev.fovea.train.Metrics.accuracy;

import dev.fovea.data.DataSplit;
import dev.fovea.data.Digits;
import dev.fovea.formats.Formats;
import dev.fovea.nn.Model;
import dev.fovea.nn.Prediction;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.train.History;
import dev.fovea.train.Trainer;
import dev.fovea.zoo.LeNet5;
import java.nio.file.Files;
import java.nio.file.Path;

/** Trains LeNet-5, predicts, exports to ONNX and reads that again; says which kernels computed. */
public final class Main {
  private static final double LEARNED = 0.6;

  public static void main(String[] args) throws Exception {
    DataSplit digits = Digits.load(Seed.of(1), 1_024, 100);
    Model model = Model.build(LeNet5.of(10), Shape.of(28, 28, 1), Seed.of(2));
    History history =
        Trainer.of(model, crossEntropy(), adam(2e-3))
            .metrics(accuracy())
            .fit(digits.train().shuffled().batches(32), epochs(2), digits.test());
    double right = history.last().orElseThrow().validation().orElseThrow().metric("accuracy");
    require(right > LEARNED, "accuracy " + right);
    Path file = Files.createTempFile("lenet", ".onnx");
    model.save(file);
    Prediction own = model.predict(digits.test().sample(0).input());
    Prediction read = Formats.read(file).model().predict(digits.test().sample(0).input());
    Files.delete(file);
    require(own.best().index() == read.best().index(), own + " exported, " + read + " read");
    System.out.println("java: " + model.engine().kernels());
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalStateException(otherwise);
    }
  }
}
