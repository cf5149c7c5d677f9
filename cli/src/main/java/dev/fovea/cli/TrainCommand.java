package dev.fovea.cli;

import dev.fovea.data.DataSplit;
import dev.fovea.data.Dataset;
import dev.fovea.engine.Engine;
import dev.fovea.io.Json;
import dev.fovea.io.Safetensors;
import dev.fovea.nn.Model;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.train.Callback;
import dev.fovea.train.Callbacks;
import dev.fovea.train.Checkpoint;
import dev.fovea.train.Epochs;
import dev.fovea.train.History;
import dev.fovea.train.Metrics;
import dev.fovea.train.Objective;
import dev.fovea.train.ProgressListener;
import dev.fovea.train.TensorBoard;
import dev.fovea.train.Trainer;
import dev.fovea.train.Training;
import dev.fovea.vision.DataSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Trains a network. */
@Command(
    name = "train",
    header = "Train a network on a data set and save it.",
    description = {
      "A network from a file of another tool is trained further: where the data have other classes, a"
          + " new last layer for them replaces its own.",
      "Writes model.safetensors (model.onnx for a network that is not in the zoo), history.csv,"
          + " history.png and a checkpoint into the output folder."
          + " The same seed gives the same model.safetensors, byte by byte, on any number of"
          + " threads and also when the training was killed and resumed."
    },
    footer = {
      "",
      "Examples:",
      "  fovea train lenet5",
      "  fovea train lenet5 --data mnist --data-dir data/mnist --epochs 8 --seed 1",
      "  fovea train resnet18 --data folder --data-dir flowers --augment shift:8,flip",
      "  fovea train resnet18 --data csv --data-dir flowers.csv --split 0.9 --mixup 0.2 --balanced",
      "  fovea train resnet18 --data folder --data-dir flowers --from old.safetensors"
          + " --freeze 'layer1.**,layer2.**'",
      "  fovea train net.onnx --data folder --data-dir flowers --mean 0.485,0.456,0.406"
          + " --std 0.229,0.224,0.225",
      "  fovea train lenet5 --resume                 go on after an interruption"
    })
final class TrainCommand implements Runnable {
  private static final long BYTES_PER_PARAMETER = 4;
  private static final long MARGIN = 1 << 20;

  @Parameters(
      paramLabel = "NET",
      description =
          "A network of the zoo (see fovea zoo), or a file with a network or weights in any format"
              + " that inspect knows.")
  private String net;

  @Mixin private DataOptions data;
  @Mixin private Optimization optimization;
  @Mixin private SampleOptions samples;
  @Mixin private AuxiliaryClassifiers auxiliary;
  @Mixin private Transfer transfer;
  @Mixin private InputOptions inputs;
  @Mixin private EngineOptions compute;

  @Option(
      names = "--input",
      paramLabel = "HxWxC",
      description = "Size to which the pictures of a folder are brought; by default the network's.")
  private @Nullable String input;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Seed of weights, order and augmentation (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Output folder (default: runs/NET-DATA).")
  private @Nullable Path out;

  @Option(
      names = "--onnx",
      description = "Also write the model as model.onnx, for other tools to run.")
  private boolean onnx;

  @Option(names = "--resume", description = "Go on from the checkpoint in the output folder.")
  private boolean resume;

  @Option(
      names = "--checkpoint-every",
      paramLabel = "SECONDS",
      defaultValue = "20",
      description = "How often a checkpoint is written within an epoch (default: 20).")
  private double interval;

  @Option(
      names = "--tensorboard",
      paramLabel = "DIR",
      description = "Write an event file for TensorBoard into this folder.")
  private @Nullable Path events;

  @Option(names = "--json", description = "Print one JSON object per line.")
  private boolean json;

  @Override
  public void run() {
    Trainee trainee = Trainee.of(net, inputs, auxiliary);
    samples.require();
    transfer.require();
    Range.positive("--checkpoint-every", interval);
    Shape shape = input == null ? trainee.input() : InputShape.parse(input, "--input");
    if (input != null && !List.of("folder", "csv").contains(data.name("digits"))) {
      throw new FoveaException(
          "--input: only with --data folder or csv; other pictures have their size");
    }
    Engine engine = compute.engine();
    DataSource source = data.open("digits", shape, inputs.resize(trainee.own()));
    InputRule rule = trainee.rule(source, inputs);
    Dataset train = source.split().train();
    Optimization.Choice usual =
        optimization.choose(trainee.recipe(), train.size(), transfer.batchesOfAStep());
    Optimization.Choice choice = usual.with(samples.weighted(usual.loss(), train));
    ModelFile file =
        new ModelFile(trainee.net(), source.classes(), rule, source.name(), settings(choice));
    Model model = trainee.model(file, Seed.of(seed).split("model"), engine);
    OutputFolder folder =
        new OutputFolder(out == null ? usualFolder(trainee, source) : out, trainee.ending());
    int copies = 1 + choice.optimizer().slots().size() + transfer.copies();
    long parameters = model.parameters().count(false);
    folder.prepare(room(parameters, copies) + (onnx ? BYTES_PER_PARAMETER * parameters : 0));
    train(trainee, model, file, choice, source, folder);
  }

  /**
   * Returns how many bytes a training may write: the old checkpoint and the new one, and the model;
   * the rest is small.
   *
   * @param copies how many numbers a checkpoint has for each parameter: the parameter itself, what
   *     the optimizer remembers of it, its average
   */
  static long room(long parameters, int copies) {
    return (2L * copies + 1) * BYTES_PER_PARAMETER * parameters + MARGIN;
  }

  private static Path usualFolder(Trainee trainee, DataSource source) {
    return Path.of("runs", trainee.name() + "-" + source.name());
  }

  private String settings(Optimization.Choice choice) {
    Map<String, Object> fields = choice.fields();
    fields.put("seed", seed);
    samples.put(fields, choice.loss());
    data.put(fields);
    auxiliary.put(fields);
    transfer.put(fields);
    return Json.write(fields);
  }

  private void train(
      Trainee trainee,
      Model model,
      ModelFile file,
      Optimization.Choice choice,
      DataSource source,
      OutputFolder folder) {
    TrainingFacts facts = facts(trainee, model, file, choice, source.split());
    Report report = json ? new JsonReport(facts) : new TextReport(facts);
    boolean resuming = resume && isResumable(file, folder);
    if (!resume && folder.isUsed()) {
      System.err.println("fovea: replacing the earlier training in " + folder);
    }
    if (!resuming) {
      trainee.begin(model);
    }
    Model begun = transfer.begin(model, source.split().train(), file.net(), resuming);
    Objective objective = trainee.objective(file, begun, samples.loss(choice.loss()));
    Trainer described =
        Trainer.of(begun, objective, choice.optimizer())
            .schedule(choice.schedule())
            .seed(Seed.of(seed))
            .metrics(Metrics.accuracy())
            .callbacks(
                new FirstCheckpoint(folder.path()),
                Callbacks.checkpoints(folder.path()).every(duration()))
            .listeners(report, new CsvWriter(folder.history()));
    Trainer trainer = transfer.apply(described);
    if (events != null) {
      trainer = trainer.listeners(TensorBoard.in(events));
    }
    if (resuming) {
      trainer = trainer.resume(folder.path());
    }
    DataSplit seen = file.rule().over(samples.samples(source.split(), file.preprocessing()));
    History history =
        trainer.fit(
            seen.train().batches(choice.batch()), Epochs.epochs(choice.epochs()), seen.test());
    finish(trainee, model, file, source.split(), history, folder, report);
  }

  private Duration duration() {
    return Duration.ofNanos((long) Math.min(interval * 1e9, Long.MAX_VALUE / 2.0));
  }

  /** Returns whether there is a checkpoint of this training; one of another is an error. */
  private static boolean isResumable(ModelFile file, OutputFolder folder) {
    if (!Checkpoint.exists(folder.path())) {
      System.err.println("fovea: no checkpoint in " + folder + " yet; starting at the beginning");
      return false;
    }
    Map<String, String> before = Safetensors.readMetadata(folder.checkpoint());
    file.requireSame(before, folder.checkpoint().toString());
    return true;
  }

  private TrainingFacts facts(
      Trainee trainee, Model model, ModelFile file, Optimization.Choice choice, DataSplit split) {
    return new TrainingFacts(
        trainee.name(),
        file.data(),
        file.preprocessing().shape(),
        file.labels().size(),
        model.parameters().count(true),
        split.train().size(),
        split.test().size(),
        choice,
        seed,
        model.engine().kernels(),
        model.engine().threads());
  }

  private void finish(
      Trainee trainee,
      Model trained,
      ModelFile file,
      DataSplit split,
      History history,
      OutputFolder folder,
      Report report) {
    Model model = trainee.used(trained, file);
    model.save(folder.model());
    if (onnx && !folder.model().equals(folder.onnx())) {
      model.save(folder.onnx());
    }
    history.write(folder.history());
    HistoryPlot.write(folder.plot(), trainee.name() + " on " + file.data(), history);
    History.Epoch last =
        history.last().orElseThrow(() -> new IllegalStateException("no epoch was trained"));
    double seconds = history.epochs().stream().mapToDouble(History.Epoch::seconds).sum();
    if (!json) {
      Samples.print(model, file.rule().over(split.test()), file.preprocessing());
    }
    report.result(last, seconds, folder);
  }

  /** Writes a checkpoint before the first step, so that an interruption finds this training's. */
  private record FirstCheckpoint(Path folder) implements Callback {
    @Override
    public void onStart(Training training) {
      if (training.step() == 0) {
        training.checkpoint(folder);
      }
    }
  }

  /** Keeps the history's file up to date. */
  private record CsvWriter(Path file) implements ProgressListener {
    @Override
    public void onEpoch(Training training, History.Epoch epoch) {
      training.history().write(file);
    }
  }
}
