package dev.fovea.cli;

import dev.fovea.data.Dataset;
import dev.fovea.io.Json;
import dev.fovea.nn.Model;
import dev.fovea.systems.label.LabelSplit;
import dev.fovea.systems.net.Setup;
import dev.fovea.systems.net.Systems;
import dev.fovea.systems.net.VisionSystem;
import dev.fovea.tensor.Seed;
import dev.fovea.train.LearningRateFinder;
import dev.fovea.train.Objective;
import dev.fovea.train.RateCurve;
import dev.fovea.vision.DataSource;
import dev.fovea.vision.InputRule;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.markers.SeriesMarkers;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Looks for a learning rate. */
@Command(
    name = "find-lr",
    header = "Look for a learning rate and draw the curve.",
    description = {
      "Trains for some steps with a rising learning rate and reports where the loss"
          + " falls most steeply. Only the plot is saved."
    },
    footer = {
      "",
      "Examples:",
      "  fovea find-lr lenet5",
      "  fovea find-lr resnet18 --data cifar10 --data-dir data/cifar10 --optimizer adam --plot"
          + " lr.png"
    })
final class FindRateCommand implements Runnable {
  private static final int WIDTH = 800;
  private static final int HEIGHT = 420;

  @Parameters(
      paramLabel = "NET",
      description =
          "A network or a vision system (see fovea zoo), or a file with a network or weights in any"
              + " format that inspect knows.")
  private String net;

  @Mixin private AnyDataOptions data;
  @Mixin private Optimization optimization;
  @Mixin private AuxiliaryClassifiers auxiliary;
  @Mixin private InputOptions inputs;
  @Mixin private SystemOptions system;
  @Mixin private EngineOptions compute;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "100",
      description = "Number of steps (default: ${DEFAULT-VALUE}).")
  private int steps;

  @Option(
      names = "--low",
      paramLabel = "X",
      defaultValue = "1e-6",
      description = "Learning rate of the first step (default: ${DEFAULT-VALUE}).")
  private double low;

  @Option(
      names = "--high",
      paramLabel = "X",
      defaultValue = "10",
      description = "Learning rate of the last step (default: ${DEFAULT-VALUE}).")
  private double high;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Seed of weights and order (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--plot",
      paramLabel = "FILE",
      description = "Picture of the curve, PNG (default: none).")
  private @Nullable Path plot;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  /**
   * What is trained to look for a rate.
   *
   * @param title what the picture says
   * @param samples the samples to train on, in random order
   */
  private record Search(
      String title,
      Model model,
      Objective objective,
      Optimization.Choice choice,
      Dataset samples) {}

  @Override
  public void run() {
    Range.atLeast("--steps", steps, 2);
    Search search = Systems.named(net).map(this::ofSystem).orElseGet(this::ofZoo);
    RateCurve curve =
        LearningRateFinder.of(search.model, search.objective, search.choice.optimizer())
            .range(low, high)
            .steps(steps)
            .seed(Seed.of(seed))
            .find(search.samples.batches(search.choice.batch()));
    if (plot != null) {
      draw(curve, search.title + ", " + search.choice.optimizerName(), plot);
    }
    report(curve);
  }

  private Search ofZoo() {
    system.requireNone(net);
    Trainee trainee = Trainee.of(net, inputs, auxiliary);
    DataSource source = data.open("digits", trainee.input(), inputs.resize(trainee.own()));
    Optimization.Choice choice =
        optimization.choose(trainee.recipe(), source.split().train().size(), 1);
    ModelFile file =
        new ModelFile(
            trainee.net(), source.classes(), trainee.rule(source, inputs), source.name(), "{}");
    Model model = trainee.model(file, Seed.of(seed).split("model"), compute.engine());
    trainee.begin(model);
    return new Search(
        trainee.name() + " on " + source.name(),
        model,
        trainee.objective(file, model, choice.loss()),
        choice,
        file.rule().over(source.split().train().shuffled()));
  }

  private Search ofSystem(VisionSystem known) {
    VisionSystem.Profile profile = known.profile();
    InputRule usual = new InputRule(known.preprocessing(profile.input()), false);
    InputRule rule = inputs.rule(profile.input(), Optional.of(usual));
    LabelSplit labels = system.open(data, rule, known);
    Setup setup = known.setUp(system.plan(known, labels, rule.preprocessing()));
    return new Search(
        known.name() + " on " + system.dataName(data, profile),
        setup.model(Seed.of(seed).split("model"), compute.engine()),
        setup.objective(),
        optimization.choose(profile.recipe(), labels.train().size(), 1),
        rule.over(setup.targets(labels.train()).shuffled()));
  }

  private void report(RateCurve curve) {
    if (json) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("steepest", curve.steepest());
      fields.put("tenth_of_lowest", curve.tenthOfLowest());
      fields.put("rates", curve.points().stream().map(RateCurve.Point::rate).toList());
      fields.put("losses", curve.points().stream().map(RateCurve.Point::loss).toList());
      System.out.println(Json.write(fields));
      return;
    }
    int shown = Math.max(1, curve.points().size() / 20);
    for (int i = 0; i < curve.points().size(); i += shown) {
      RateCurve.Point p = curve.points().get(i);
      System.out.printf(Locale.ROOT, "%9.2e  %8.4f%n", p.rate(), p.smoothed());
    }
    System.out.printf(
        Locale.ROOT,
        "steepest fall at %.2e; a tenth of where the loss is lowest: %.2e%n",
        curve.steepest(),
        curve.tenthOfLowest());
  }

  private static void draw(RateCurve curve, String title, Path file) {
    XYChart chart = Charts.of(WIDTH, HEIGHT, title, "learning rate", "loss, smoothed");
    chart.getStyler().setXAxisLogarithmic(true);
    chart.getStyler().setXAxisDecimalPattern("0.##########");
    chart.getStyler().setLegendVisible(false);
    List<RateCurve.Point> points = curve.points();
    double[] x = points.stream().mapToDouble(RateCurve.Point::rate).toArray();
    double[] y = points.stream().mapToDouble(RateCurve.Point::smoothed).toArray();
    chart.addSeries("loss", x, y).setMarker(SeriesMarkers.NONE);
    Charts.write(file, chart);
  }
}
