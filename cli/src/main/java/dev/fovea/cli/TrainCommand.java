package dev.fovea.cli;

import dev.fovea.data.DataSplit;
import dev.fovea.data.Dataset;
import dev.fovea.data.Preprocessing;
import dev.fovea.data.Task;
import dev.fovea.engine.Engine;
import dev.fovea.io.Json;
import dev.fovea.io.Safetensors;
import dev.fovea.nn.Model;
import dev.fovea.studio.Studio;
import dev.fovea.studio.StudioOptions;
import dev.fovea.systems.label.LabelSets;
import dev.fovea.systems.label.LabelSplit;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.systems.net.Plan;
import dev.fovea.systems.net.Setup;
import dev.fovea.systems.net.Systems;
import dev.fovea.systems.net.VisionSystem;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.train.BatchStatistics;
import dev.fovea.train.Callback;
import dev.fovea.train.Callbacks;
import dev.fovea.train.Checkpoint;
import dev.fovea.train.EarlyStopping;
import dev.fovea.train.Epochs;
import dev.fovea.train.History;
import dev.fovea.train.Measure;
import dev.fovea.train.Metric;
import dev.fovea.train.ProgressListener;
import dev.fovea.train.TensorBoard;
import dev.fovea.train.Trainer;
import dev.fovea.train.Training;
import dev.fovea.train.TrainingSize;
import dev.fovea.vision.DataSource;
import dev.fovea.vision.InputRule;
import dev.fovea.vision.Placement.Size;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
      "A network from a file of another tool is trained further; if the data have"
          + " other classes, its last layer is replaced.",
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
      "  fovea train unet-small --data masks --data-dir cells --augment symmetry,invert:0.3",
      "  fovea train lenet5 --from old.safetensors --prune 0.9 --epochs 4",
      "  fovea train lenet5 --from old.safetensors --qat --epochs 2 --lr 0.0005",
      "  fovea train lenet5 --studio                 and watch it in the browser",
      "  fovea train lenet5 --resume                 go on after an interruption"
    })
final class TrainCommand implements Runnable {
  private static final long BYTES_PER_PARAMETER = 4;
  private static final long MARGIN = 1 << 20;

  @Parameters(
      paramLabel = "NET",
      description =
          "A network of the zoo (see fovea zoo), a detector such as yolo-tiny, or a file with a"
              + " network or weights in any format that inspect knows.")
  private String net;

  @Mixin private AnyDataOptions data;
  @Mixin private Optimization optimization;
  @Mixin private SampleOptions samples;
  @Mixin private AuxiliaryClassifiers auxiliary;
  @Mixin private Transfer transfer;
  @Mixin private Stopping stopping;
  @Mixin private CompressionOptions compression;
  @Mixin private InputOptions inputs;
  @Mixin private SystemOptions system;
  @Mixin private SizeOptions sizes;
  @Mixin private EngineOptions compute;

  @Option(
      names = "--input",
      paramLabel = "HxWxC",
      description =
          "Size to which the pictures of a folder are resized; by default that of the"
              + " network.")
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

  @Option(names = "--resume", description = "Resume from the checkpoint in the output folder.")
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

  @Option(
      names = "--studio",
      description =
          "Show the training in the browser while it runs, to the same bits; the studio stays open"
              + " afterwards until Ctrl-C.")
  private boolean watched;

  @Option(names = "--json", description = "Print one JSON object per line.")
  private boolean json;

  @Override
  public void run() {
    transfer.require();
    stopping.require();
    compression.require(transfer.copies() > 0, stopping.isChosen());
    sizes.requireAlone(compression);
    Range.positive("--checkpoint-every", interval);
    Engine engine = compute.engine();
    TrainingSetup training =
        Systems.named(net).isPresent()
            ? setUp(Systems.find(net), engine)
            : setUp(Trainee.of(net, inputs, auxiliary), engine);
    OutputFolder folder =
        new OutputFolder(
            out == null ? Path.of("runs", training.name() + "-" + training.file().data()) : out,
            training.ending());
    int copies = 1 + training.choice().optimizer().slots().size() + transfer.copies();
    long parameters = training.model().parameters().count(false);
    folder.prepare(room(parameters, copies) + (onnx ? BYTES_PER_PARAMETER * parameters : 0));
    train(training, folder);
  }

  /** Returns the training of a network that answers with a class per picture or pixel. */
  private TrainingSetup setUp(Trainee trainee, Engine engine) {
    system.requireNone(net);
    sizes.requireNone(net);
    samples.require(trainee.task());
    DataSource source = trainee.task() == Task.MASK ? masks(trainee, engine) : source(trainee);
    InputRule rule = trainee.rule(source, inputs);
    Dataset train = source.split().train();
    Optimization.Choice usual =
        optimization.choose(trainee.recipe(), train.size(), transfer.batchesOfAStep());
    Optimization.Choice choice = usual.with(samples.weighted(usual.loss(), train));
    ModelFile file =
        new ModelFile(trainee.net(), source.classes(), rule, source.name(), settings(choice));
    Model model = trainee.model(file, Seed.of(seed).split("model"), engine);
    DataSplit seen =
        rule.over(samples.samples(source.split(), rule.preprocessing(), choice.loss()));
    return new TrainingSetup(
        trainee.name(),
        model,
        file,
        choice,
        source.split(),
        seen,
        begun -> trainee.objective(file, begun, samples.loss(choice.loss())),
        trainee.metrics(file),
        List.of(),
        List.of(),
        () -> trainee.begin(model),
        trained -> trainee.used(trained, file),
        trainee.ending());
  }

  /** Returns the training of a vision system. */
  private TrainingSetup setUp(VisionSystem known, Engine engine) {
    VisionSystem.Profile profile = known.profile();
    samples.require(profile.task());
    Shape shape = input == null ? profile.input() : InputShape.parse(input, "--input");
    InputRule rule =
        inputs.rule(shape, Optional.of(new InputRule(known.preprocessing(shape), false)));
    LabelSplit labels = system.open(data, rule, known);
    samples.requirePartners(
        labels.train().skeleton(), profile.recipe().augment(), data.folderOr(LabelSets.SHAPES));
    Plan plan = system.plan(known, labels, rule.preprocessing());
    Setup setup = known.setUp(plan);
    Optimization.Choice choice =
        optimization.choose(profile.recipe(), labels.train().size(), transfer.batchesOfAStep());
    Model model = setup.model(Seed.of(seed).split("model"), engine);
    Map<String, Object> fields = fields(choice);
    samples.put(fields, profile.recipe().augment());
    sizes.put(fields);
    ModelFile file =
        new ModelFile(
            known.name(),
            plan.classes(),
            rule,
            system.dataName(data, profile),
            Json.write(fields),
            ModelFile.system(model.metadata()),
            Optional.empty());
    Dataset train =
        samples.ofSystem(labels.train(), profile.recipe().augment(), rule.preprocessing());
    DataSplit seen =
        rule.over(new DataSplit(setup.targets(train).shuffled(), setup.targets(labels.test())));
    return new TrainingSetup(
        known.name(),
        model.withMetadata(file.metadata()),
        file,
        choice,
        labels.split(),
        seen,
        begun -> setup.objective(),
        setup.metrics(),
        setup.measures(labels.test()),
        sizes(known, plan, labels.train(), rule),
        () -> {},
        trained -> setup.used(trained, rule.over(labels.train())).withMetadata(file.metadata()),
        ".safetensors");
  }

  /** Returns the further sizes of pictures that a system learns from. */
  private List<TrainingSize> sizes(
      VisionSystem known, Plan plan, LabelledData train, InputRule rule) {
    List<Size> others = sizes.beside(plan.rule().shape());
    List<LabelledData> labels = others.isEmpty() ? List.of() : train.inSizes(others);
    List<TrainingSize> all = new ArrayList<>();
    for (int i = 0; i < others.size(); i++) {
      Size size = others.get(i);
      Preprocessing own = plan.rule().withSize(size.height(), size.width());
      Setup setup = known.setUp(plan.rule(own));
      Dataset changed = samples.ofSystem(labels.get(i), known.profile().recipe().augment(), own);
      Dataset seen = new InputRule(own, rule.bgr()).over(setup.targets(changed).shuffled());
      all.add(new TrainingSize(setup::over, setup.objective(), seen));
    }
    return all;
  }

  private DataSource source(Trainee trainee) {
    Shape shape = input == null ? trainee.input() : InputShape.parse(input, "--input");
    if (input != null && !List.of("folder", "csv").contains(data.name("digits"))) {
      throw new FoveaException(
          "--input: only with --data folder or csv; other pictures have their size");
    }
    return data.open("digits", shape, inputs.resize(trainee.own()));
  }

  /** Opens pictures with masks, in their own size where all have one that the network takes. */
  private DataSource masks(Trainee trainee, Engine engine) {
    MaskData masks = data.masks("shapes", List.of(), "");
    Preprocessing.Resize way = inputs.resize(trainee.own());
    Shape shape =
        input == null
            ? masks.shape().filter(s -> takes(trainee, s, engine)).orElse(trainee.input())
            : InputShape.parse(input, "--input");
    return data.open(masks, Preprocessing.scaled(shape).withResize(way));
  }

  private static boolean takes(Trainee trainee, Shape picture, Engine engine) {
    ModelFile any =
        new ModelFile(
            trainee.net(),
            List.of("0", "1"),
            new InputRule(Preprocessing.scaled(picture), false),
            "",
            "");
    try {
      return trainee.model(any, Seed.of(0), engine).inputs().get(0).equals(picture);
    } catch (FoveaException e) {
      return false;
    }
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

  private String settings(Optimization.Choice choice) {
    Map<String, Object> fields = fields(choice);
    samples.put(fields, choice.loss());
    auxiliary.put(fields);
    return Json.write(fields);
  }

  private Map<String, Object> fields(Optimization.Choice choice) {
    Map<String, Object> fields = choice.fields();
    fields.put("seed", seed);
    data.put(fields);
    transfer.put(fields);
    stopping.put(fields);
    compression.put(fields);
    return fields;
  }

  private void train(TrainingSetup training, OutputFolder folder) {
    ModelFile file = training.file();
    Optimization.Choice choice = training.choice();
    TrainingFacts facts = facts(training);
    Report report = json ? new JsonReport(facts) : new TextReport(facts);
    boolean resuming = resume && isResumable(file, folder);
    if (!resume && folder.isUsed()) {
      System.err.println("fovea: replacing the earlier training in " + folder);
    }
    if (!resuming) {
      training.begin().run();
    }
    Model begun =
        transfer.begin(training.model(), training.pictures().train(), file.net(), resuming);
    if (optimization.asksBatch()) {
      warnOfSmallBatches(begun, choice.batch());
    }
    CompressionOptions.Compressed trained = compressed(training, begun);
    Model model = trained.model();
    Trainer described =
        Trainer.of(model, training.objective().apply(model), choice.optimizer())
            .schedule(choice.schedule())
            .seed(Seed.of(seed))
            .metrics(training.metrics().toArray(Metric[]::new))
            .measures(training.measures().toArray(Measure[]::new))
            .callbacks(trained.callbacks().toArray(Callback[]::new))
            .callbacks(
                new FirstCheckpoint(folder.path()),
                Callbacks.checkpoints(folder.path()).every(duration()))
            .listeners(report, new CsvWriter(folder.history()));
    Trainer trainer = SizeOptions.apply(transfer.apply(described), training.sizes());
    Optional<EarlyStopping> watching = stopping.callback(training.metrics(), training.measures());
    if (watching.isPresent()) {
      trainer = trainer.callbacks(watching.get());
    }
    if (events != null) {
      trainer = trainer.listeners(TensorBoard.in(events));
    }
    if (resuming) {
      trainer = trainer.resume(folder.path());
    }
    if (!watched) {
      finish(training, fit(trainer, training), trained.plain().get(), folder, report);
      return;
    }
    try (Studio studio = Studio.start(StudioOptions.usual())) {
      StudioAddress.tell(studio, true, "train");
      Trainer seen = studio.attach(trainer, Optional.of(training.seen().test()));
      finish(training, fit(seen, training), trained.plain().get(), folder, report);
      StudioAddress.stay();
    }
  }

  private CompressionOptions.Compressed compressed(TrainingSetup training, Model begun) {
    int batches = training.seen().train().batches(training.choice().batch()).count();
    long steps = Math.ceilDiv(batches, transfer.batchesOfAStep());
    return compression.begin(
        begun,
        training.file().rule().over(training.pictures().train()),
        steps * training.choice().epochs());
  }

  /** Tells that batch norms learn from too few samples, if they do. */
  private static void warnOfSmallBatches(Model model, int batch) {
    List<String> norms = BatchStatistics.layersWithFewSamples(model, batch);
    if (!norms.isEmpty()) {
      String which = norms.size() == 1 ? "a batch norm" : norms.size() + " batch norms";
      System.err.println(
          ("fovea: --batch %s: %s (the first is %s) take mean and variance of so few samples, which"
                  + " is rough; 8 or more, or --freeze with weights of --from, are better")
              .formatted(batch, which, norms.get(0)));
    }
  }

  private static History fit(Trainer trainer, TrainingSetup training) {
    return trainer.fit(
        training.seen().train().batches(training.choice().batch()),
        Epochs.epochs(training.choice().epochs()),
        training.seen().test());
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

  private TrainingFacts facts(TrainingSetup training) {
    ModelFile file = training.file();
    Model model = training.model();
    return new TrainingFacts(
        training.name(),
        file.data(),
        file.preprocessing().shape(),
        file.labels().size(),
        model.parameters().count(true),
        training.seen().train().size(),
        training.seen().test().size(),
        training.choice(),
        seed,
        model.engine().kernels(),
        model.engine().threads());
  }

  private void finish(
      TrainingSetup training, History history, Model trained, OutputFolder folder, Report report) {
    ModelFile file = training.file();
    Model model = training.used().apply(trained);
    model.save(folder.model());
    if (onnx && !folder.model().equals(folder.onnx())) {
      Systems.forOtherTools(model).save(folder.onnx());
    }
    history.write(folder.history());
    HistoryPlot.write(folder.plot(), training.name() + " on " + file.data(), history);
    if (!json && !file.isSystem() && model.output(0).task() != Task.MASK) {
      Samples.print(model, file.rule().over(training.pictures().test()), file.preprocessing());
    }
    History.Epoch saved = stopping.saved(history, training.metrics(), training.measures());
    report.result(history, saved, folder);
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
