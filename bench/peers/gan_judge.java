import static dev.fovea.nn.Losses.crossEntropy;
import static dev.fovea.optim.Optimizers.adam;
import static dev.fovea.train.Epochs.epochs;

import dev.fovea.apps.Features;
import dev.fovea.apps.quality.*;
import dev.fovea.data.*;
import dev.fovea.nn.Model;
import dev.fovea.tensor.*;
import dev.fovea.train.Trainer;
import dev.fovea.vision.Idx;
import dev.fovea.zoo.LeNet5;
import java.nio.file.Path;

/**
 * Judges what gan_twin.py has drawn as examples/gan.java judges its own drawings, by the same LeNet:
 * {@code fovea run bench/peers/gan_judge.java DIR mnist|fashion-mnist DRAWN.idx}.
 */
static final Shape PICTURE = Shape.of(28, 28, 1);

void main(String[] args) {
  Path folder = Path.of(args[0], args[1]);
  DataSplit set = args[1].equals("mnist") ? Idx.mnist(folder) : Idx.fashionMnist(folder);
  Preprocessing scale =
      Preprocessing.scaled(PICTURE).withMeanAndStd(List.of(.5f), List.of(.5f));
  Model lenet = Model.build(LeNet5.of(10), PICTURE, Seed.of(1).split("lenet"));
  Trainer.of(lenet, crossEntropy(), adam(2e-3))
      .fit(set.train().normalized(scale).take(10_000).shuffled().batches(50), epochs(2));
  Features features = Features.of(lenet, "10");
  Idx.Pictures pictures = Idx.pictures(Path.of(args[2]));
  Tensor drawn = Tensor.zeros(PICTURE.prepend(pictures.count()));
  for (int i = 0; i < drawn.data().length; i++) {
    drawn.data()[i] = (pictures.pixels()[i] & 255) / 127.5f - 1;
  }
  System.out.println("Fréchet distance "
      + FrechetDistance.of(features.of(set.test().normalized(scale), 2_000), features.of(drawn)));
  System.out.println("class entropy " + ClassEntropy.of(lenet.predictAll(drawn)));
}
