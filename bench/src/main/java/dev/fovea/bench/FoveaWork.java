package dev.fovea.bench;

import dev.fovea.data.Batch;
import dev.fovea.engine.Engine;
import dev.fovea.nn.Losses;
import dev.fovea.nn.Model;
import dev.fovea.optim.Optimizers;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.TrainingStep;

/** Fovea's side: pictures of noise with random labels through the interface that users have. */
final class FoveaWork {
  private static final double LEARNING_RATE = 1e-3;
  private static final double MOMENTUM = 0.9;

  private final BenchNet net;
  private final Model model;

  private FoveaWork(BenchNet net, Engine engine) {
    this.net = net;
    this.model = net.model(engine);
  }

  /** Returns the step of a case. */
  static Runnable of(Case c, Engine engine) {
    FoveaWork work = new FoveaWork(BenchNets.find(c.net()), engine);
    return c.mode() == Mode.INFER ? work.inference(c.batch()) : work.training(c.batch());
  }

  private Runnable inference(int n) {
    Tensor pictures = pictures(net.input(), n);
    return () -> model.run(pictures);
  }

  private Runnable training(int n) {
    TrainingStep step = step(model, n);
    Batch batch = batch(net, n);
    Seeds seeds = new Seeds();
    return () -> step.trainOn(batch, seeds.next());
  }

  /** Returns the step that is measured: cross-entropy and SGD with momentum. */
  static TrainingStep step(Model model, int n) {
    return TrainingStep.of(
        model, Losses.crossEntropy(), Optimizers.sgd(LEARNING_RATE).momentum(MOMENTUM), n);
  }

  /** Returns noise [n, H, W, C]. */
  static Tensor pictures(Shape input, int n) {
    Tensor pictures = Tensor.zeros(input.prepend(n));
    Rng rng = Seed.of(2).rng();
    float[] values = pictures.data();
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) rng.nextGaussian();
    }
    return pictures;
  }

  /** Returns noise with random labels, one per picture or per pixel. */
  static Batch batch(BenchNet net, int n) {
    boolean pixels = net.name().equals("unet");
    Shape shape = pixels ? Shape.of(n, net.input().dim(0), net.input().dim(1)) : Shape.of(n);
    Tensor labels = Tensor.zeros(shape);
    Rng rng = Seed.of(3).rng();
    float[] values = labels.data();
    for (int i = 0; i < values.length; i++) {
      values[i] = (int) (rng.nextDouble() * net.classes());
    }
    return new Batch(pictures(net.input(), n), labels, n, 0);
  }

  /** The randomness of one step after the other. */
  static final class Seeds {
    private final Seed seed = Seed.of(4);
    private long step;

    Seed next() {
      return seed.split(step++);
    }
  }
}
