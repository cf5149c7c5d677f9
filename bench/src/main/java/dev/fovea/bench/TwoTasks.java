package dev.fovea.bench;

import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.maxPool;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;
import static dev.fovea.nn.Losses.crossEntropy;

import dev.fovea.data.DataSplit;
import dev.fovea.data.Dataset;
import dev.fovea.data.Digits;
import dev.fovea.data.Mark;
import dev.fovea.data.Sample;
import dev.fovea.data.Target;
import dev.fovea.data.View;
import dev.fovea.engine.Engine;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Model;
import dev.fovea.nn.Network;
import dev.fovea.nn.Signal;
import dev.fovea.optim.Optimizers;
import dev.fovea.optim.Schedules;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.Epochs;
import dev.fovea.train.History;
import dev.fovea.train.Metrics;
import dev.fovea.train.Objective;
import dev.fovea.train.Scores;
import dev.fovea.train.Trainer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Two tasks learned at once and apart: which of the embedded digits a picture shows, and by how
 * many quarter turns it was turned (as in Gidaris, Singh, Komodakis, 2018).
 */
final class TwoTasks {
  private static final int TURNS = 4;
  private static final int EPOCHS = 8;
  private static final int BATCH = 64;
  private static final double RATE = 4e-3;

  private TwoTasks() {}

  /**
   * Trains three times and prints what each reached.
   *
   * @param args the seed, by default 0; then perhaps a folder, where the pictures are written for
   *     others to train on, and nothing is trained
   * @throws IOException if they cannot be written
   */
  public static void main(String... args) throws IOException {
    Seed seed = Seed.of(args.length == 0 ? 0 : Long.parseLong(args[0]));
    DataSplit digits = Digits.load();
    if (args.length > 1) {
      Path folder = Files.createDirectories(Path.of(args[1]));
      write(digits.train(), folder.resolve("train.f32"));
      write(new Turned(digits.test(), false), folder.resolve("test.f32"));
      return;
    }
    System.out.println("losses of digit and turn   digit      turn       seconds");
    for (double[] weights : new double[][] {{1, 1}, {1, 0}, {0, 1}}) {
      History history = train(digits, seed, weights[0], weights[1]);
      Scores test = history.epochs().getLast().validation().orElseThrow();
      System.out.printf(
          Locale.ROOT,
          "%.0f and %.0f                    %6.2f %%   %6.2f %%   %.1f%n",
          weights[0],
          weights[1],
          100 * test.metric("accuracy"),
          100 * test.metric("accuracy_1"),
          history.epochs().stream().mapToDouble(History.Epoch::seconds).sum());
    }
  }

  /** Writes each sample's pixels, digit and turn as floats, the lowest byte first. */
  private static void write(Dataset data, Path file) throws IOException {
    int pixels = data.inputShape().elements();
    ByteBuffer bytes = ByteBuffer.allocate(data.size() * (pixels + 2) * Float.BYTES);
    FloatBuffer floats = bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    for (int i = 0; i < data.size(); i++) {
      floats.put(data.input(i, Seed.of(0)).data());
      data.read(i, Seed.of(0)).marks().forEach(m -> floats.put(((Mark.Label) m).number()));
    }
    Files.write(file, bytes.array());
  }

  private static History train(DataSplit digits, Seed seed, double digit, double turn) {
    int classes = digits.train().classes().size();
    Model model =
        Model.build(network(classes), List.of(digits.train().inputShape()), seed, Engine.shared());
    Objective objective =
        Objective.of(
            Objective.head(0, 0, crossEntropy()).weight(digit),
            Objective.head(1, 1, crossEntropy()).weight(turn));
    return Trainer.of(model, objective, Optimizers.adam(RATE))
        .schedule(Schedules.oneCycle())
        .seed(seed)
        .metrics(Metrics.accuracy(), Metrics.accuracy().of(1, 1))
        .fit(
            new Turned(digits.train(), true).shuffled().batches(BATCH),
            Epochs.epochs(EPOCHS),
            new Turned(digits.test(), false));
  }

  /** Convolutions that both tasks share, and a classifier for each. */
  private static Network network(int classes) {
    Layer shared =
        sequence(
            conv2d(16, 5),
            relu(),
            maxPool(2),
            conv2d(32, 3),
            relu(),
            maxPool(2),
            flatten(),
            dense(128),
            relu());
    Layer digit = dense(classes).named("digit");
    Layer turn = dense(TURNS).named("turn");
    return in -> {
      Signal features = shared.apply(in.getFirst());
      return List.of(digit.apply(features), turn.apply(features));
    };
  }

  /**
   * Digits turned by a random number of quarter turns, anew in every epoch where they are to train
   * on.
   */
  private record Turned(Dataset source, boolean anew) implements View {

    @Override
    public List<Target> targets() {
      return List.of(Target.label(), Target.label());
    }

    @Override
    public Sample read(int index, Seed seed) {
      Sample sample = source.read(index, seed);
      Seed own = anew ? seed.split("turn") : Seed.of(0).split(index);
      int turns = own.rng().nextInt(TURNS);
      Tensor picture = sample.picture();
      for (int i = 0; i < turns; i++) {
        picture = turned(picture, Digits.SIZE);
      }
      return Sample.of(picture, new Mark.Label(sample.label()), new Mark.Label(turns));
    }

    /** Returns a square picture turned by a quarter. */
    private static Tensor turned(Tensor before, int size) {
      Tensor picture = Tensor.zeros(before.shape());
      for (int y = 0; y < size; y++) {
        for (int x = 0; x < size; x++) {
          picture.data()[x * size + size - 1 - y] = before.data()[y * size + x];
        }
      }
      return picture;
    }
  }
}
