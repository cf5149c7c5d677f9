package dev.fovea.bench.peers;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.loss.SoftmaxCrossEntropyLoss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.translate.NoopTranslator;
import ai.djl.translate.TranslateException;
import dev.fovea.bench.Child;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * The process in which DJL with PyTorch is measured, on networks that PyTorch has traced.
 * Arguments: network, mode, batch, threads, TorchScript file.
 */
final class DjlChild {
  private DjlChild() {}

  public static void main(String[] args) throws IOException {
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("ai.djl.pytorch.num_threads", args[3]);
    System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
    Child.serve("djl", args, () -> work(args), Map::of);
  }

  private static Runnable work(String... args) throws IOException, MalformedModelException {
    Path file = Path.of(args[4]).toAbsolutePath();
    boolean training = args[1].equals("train");
    String name = file.getFileName().toString().replace(".pt", "");
    Model model = Model.newInstance(name, "PyTorch");
    model.load(file.getParent(), name, Map.of("trainParam", Boolean.toString(training)));
    NDManager manager = model.getNDManager().newSubManager();
    NDArray input = manager.randomNormal(shape(args[0], Integer.parseInt(args[2])));
    return training ? training(model, args[0], input) : inference(model, input);
  }

  /** Returns the input [N, C, H, W] of a network of PyTorch's script. */
  private static Shape shape(String net, int n) {
    return switch (net) {
      case "lenet5" -> new Shape(n, 1, 28, 28);
      case "alexnet" -> new Shape(n, 3, 227, 227);
      case "unet" -> new Shape(n, 1, 256, 256);
      default -> new Shape(n, 3, 224, 224);
    };
  }

  private static Runnable inference(Model model, NDArray input) {
    Predictor<NDList, NDList> predictor = model.newPredictor(new NoopTranslator(null));
    return () -> {
      try (NDList output = predictor.predict(new NDList(input))) {
        output.singletonOrThrow();
      } catch (TranslateException e) {
        throw new IllegalStateException(e);
      }
    };
  }

  private static Runnable training(Model model, String net, NDArray input) {
    Loss loss = new SoftmaxCrossEntropyLoss("loss", 1, 1, true, true);
    Optimizer sgd =
        Optimizer.sgd().setLearningRateTracker(Tracker.fixed(1e-3f)).optMomentum(0.9f).build();
    Trainer trainer = model.newTrainer(new DefaultTrainingConfig(loss).optOptimizer(sgd));
    trainer.initialize(input.getShape());
    long n = input.getShape().get(0);
    boolean pixels = net.equals("unet");
    Shape labels = pixels ? new Shape(n, 1, 256, 256) : new Shape(n, 1);
    NDArray target =
        input.getManager().randomInteger(0, pixels ? 2 : 10, labels, DataType.INT64);
    return () -> step(trainer, loss, input, target);
  }

  private static void step(Trainer trainer, Loss loss, NDArray input, NDArray target) {
    try (GradientCollector collector = trainer.newGradientCollector();
        NDList output = trainer.forward(new NDList(input));
        NDArray value = loss.evaluate(new NDList(target), output)) {
      collector.backward(value);
    }
    trainer.step();
  }
}
