package dev.fovea.spark;

import static dev.fovea.nn.Losses.crossEntropy;
import static dev.fovea.train.Metrics.accuracy;

import dev.fovea.engine.Engine;
import dev.fovea.nn.Model;
import dev.fovea.optim.Optimizer;
import dev.fovea.optim.Optimizers;
import dev.fovea.optim.Schedule;
import dev.fovea.optim.Schedules;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.train.Trainer;
import dev.fovea.zoo.Recipe;
import dev.fovea.zoo.Scale;
import dev.fovea.zoo.Zoo;
import java.util.List;
import java.util.Map;

/**
 * The training of a network of the zoo, by its recipe.
 *
 * @param net its name
 * @param input the shape of a picture, height, width and channels
 * @param classes the number of classes
 * @param learningRate the highest learning rate; 0 for the recipe's own
 * @param seed the seed of initial values and of all random choices
 */
record ZooTraining(String net, List<Integer> input, int classes, double learningRate, long seed)
    implements TrainerFactory {
  ZooTraining {
    input = List.copyOf(input);
  }

  @Override
  public Trainer trainer(Engine engine) {
    Recipe recipe = Zoo.find(net).recipe();
    Shape shape = Shape.of(input.stream().mapToInt(i -> i).toArray());
    Model model =
        Zoo.find(net)
            .model(Scale.full(classes), shape, Seed.of(seed).split("model"), engine)
            .withMetadata(Map.of(FoveaModel.NET, net));
    return Trainer.of(model, crossEntropy(), optimizer(recipe))
        .schedule(schedule(recipe))
        .metrics(accuracy())
        .seed(Seed.of(seed));
  }

  private Optimizer optimizer(Recipe recipe) {
    double rate = learningRate > 0 ? learningRate : recipe.learningRate();
    Optimizer rule =
        switch (recipe.optimizer()) {
          case "sgd" -> Optimizers.sgd(rate).momentum(0.9).nesterov();
          case "adam" -> Optimizers.adam(rate);
          case "adamw" -> Optimizers.adamW(rate);
          case "rmsprop" -> Optimizers.rmsProp(rate);
          default ->
              throw new FoveaException(net + ": its recipe's optimizer is " + recipe.optimizer());
        };
    Optimizer decayed = recipe.weightDecay() > 0 ? rule.weightDecay(recipe.weightDecay()) : rule;
    return Double.isFinite(recipe.clipNorm()) ? decayed.clipNorm(recipe.clipNorm()) : decayed;
  }

  private Schedule schedule(Recipe recipe) {
    return switch (recipe.schedule()) {
      case "constant" -> Schedules.constant();
      case "cosine" -> Schedules.cosine();
      case "one-cycle" -> Schedules.oneCycle();
      default -> throw new FoveaException(net + ": its recipe's schedule is " + recipe.schedule());
    };
  }
}
