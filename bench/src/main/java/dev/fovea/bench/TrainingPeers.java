package dev.fovea.bench;

import dev.fovea.data.Batches;
import dev.fovea.data.Dataset;
import dev.fovea.io.Json;
import dev.fovea.nn.Losses;
import dev.fovea.nn.Model;
import dev.fovea.optim.Optimizers;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.train.Epochs;
import dev.fovea.train.ProgressListener;
import dev.fovea.train.Trainer;
import dev.fovea.train.Training;
import dev.fovea.zoo.Architecture;
import dev.fovea.zoo.Zoo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Training steps of a network, Fovea and PyTorch in turn, in one run.
 *
 * <p>Usage: {@code TrainingPeers [NET [BATCH [ROUNDS [SECONDS [SCRIPT]]]]]}; by default {@code
 * lenet5 128 5 3 ../shared/peers/torch_peers.py}. A step is forward, cross-entropy, backward and
 * SGD with momentum 0.9 on random images. Fovea's step is timed as a user's training runs it, from
 * batch to batch, with its loading of samples; PyTorch's script uses one batch again and again.
 * Each round gives each side's median after a warm-up; the last line is the median of the rounds.
 */
public final class TrainingPeers {
  /** Steps at the beginning of a round that are not counted. */
  private static final int WARM_UP = 20;

  private final String net;
  private final int batch;
  private final double seconds;
  private final Path script;

  private TrainingPeers(String net, int batch, double seconds, Path script) {
    this.net = net;
    this.batch = batch;
    this.seconds = seconds;
    this.script = script;
  }

  /** Runs the comparison and prints it. */
  public static void main(String[] args) throws IOException, InterruptedException {
    String net = argument(args, 0, "lenet5");
    int batch = Integer.parseInt(argument(args, 1, "128"));
    int rounds = Integer.parseInt(argument(args, 2, "5"));
    double seconds = Double.parseDouble(argument(args, 3, "3"));
    Path script = Path.of(argument(args, 4, "../shared/peers/torch_peers.py"));
    new TrainingPeers(net, batch, seconds, script).run(rounds);
  }

  private static String argument(String[] args, int i, String otherwise) {
    return i < args.length ? args[i] : otherwise;
  }

  private void run(int rounds) throws IOException, InterruptedException {
    fovea(2 * seconds);
    List<Double> ours = new ArrayList<>();
    List<Double> theirs = new ArrayList<>();
    List<Double> ratios = new ArrayList<>();
    print("%-8s %10s %10s %14s%n", "round", "Fovea ms", "torch ms", "torch / Fovea");
    for (int i = 1; i <= rounds; i++) {
      double our = fovea(seconds);
      Optional<Double> their = torch();
      ours.add(our);
      their.ifPresent(theirs::add);
      their.ifPresent(t -> ratios.add(t / our));
      print("%-8d %10.3f %s%n", i, our, row(their, our));
    }
    Optional<Double> their = theirs.isEmpty() ? Optional.empty() : Optional.of(median(theirs));
    print("%-8s %10.3f %s%n", "median", median(ours), row(their, median(ours)));
    if (!ratios.isEmpty()) {
      print("median of the rounds' ratios: %.2f%n", median(ratios));
    }
  }

  private static String row(Optional<Double> their, double our) {
    return their
        .map(t -> String.format(Locale.ROOT, "%10.3f %14.2f", t, t / our))
        .orElse("PyTorch is not here: python3 or torch or the script is missing");
  }

  @SuppressWarnings("AnnotateFormatMethod")
  private static void print(String format, Object... values) {
    System.out.printf(Locale.ROOT, format, values);
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }

  /** Times the steps of a training that is stopped after some seconds. */
  private double fovea(double forSeconds) {
    Architecture architecture = Zoo.find(net);
    Shape input = architecture.input();
    Model model = Model.build(architecture.build(architecture.classes()), input, Seed.of(1));
    RandomImages images = new RandomImages(input, architecture.classes(), 64 * batch);
    StepTimes times = new StepTimes(forSeconds);
    Trainer.of(model, Losses.crossEntropy(), Optimizers.sgd(1e-3).momentum(0.9))
        .listeners(times)
        .fit(Batches.of(images, batch), Epochs.epochs(1_000_000));
    return median(times.millis);
  }

  /** Times PyTorch in a process of its own; empty if there is none. */
  private Optional<Double> torch() throws IOException, InterruptedException {
    if (!Files.exists(script)) {
      return Optional.empty();
    }
    List<String> command =
        List.of(
            "python3",
            script.toString(),
            "--net",
            net,
            "--mode",
            "train",
            "--batch",
            "" + batch,
            "--seconds",
            "" + seconds);
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0 || out.isBlank()) {
      return Optional.empty();
    }
    Map<String, Object> row = Json.parseObject(out.strip(), script.toString());
    return Optional.of(Json.number(Json.member(row, "ms", "row"), "ms"));
  }

  /** Collects how long each step took and ends the training when its time is up. */
  private static final class StepTimes implements ProgressListener {
    private final List<Double> millis = new ArrayList<>();
    private final double seconds;
    private long began;
    private long last;

    StepTimes(double seconds) {
      this.seconds = seconds;
    }

    @Override
    public void onBatch(Training training) {
      long now = System.nanoTime();
      if (training.step() == WARM_UP) {
        began = now;
      } else if (training.step() > WARM_UP) {
        millis.add((now - last) * 1e-6);
        if ((now - began) * 1e-9 > seconds) {
          training.stop("time is up");
        }
      }
      last = now;
    }
  }

  /** Pictures of noise with random labels, drawn once. */
  private static final class RandomImages implements Dataset {
    private static final int DISTINCT = 16;

    private final Shape input;
    private final int classes;
    private final int size;
    private final float[] pixels;

    RandomImages(Shape input, int classes, int size) {
      this.input = input;
      this.classes = classes;
      this.size = size;
      this.pixels = new float[DISTINCT * input.elements()];
      Rng rng = Seed.of(2).rng();
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = (float) rng.nextGaussian();
      }
    }

    @Override
    public int size() {
      return size;
    }

    @Override
    public Shape inputShape() {
      return input;
    }

    @Override
    public void read(
        int index, Seed seed, float[] in, int inputOffset, float[] target, int targetOffset) {
      int n = input.elements();
      System.arraycopy(pixels, index % DISTINCT * n, in, inputOffset, n);
      target[targetOffset] = index * 7 % classes;
    }
  }
}
