package dev.fovea.systems.net;

import static dev.fovea.optim.Optimizers.adamW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.data.Dataset;
import dev.fovea.data.Mark;
import dev.fovea.data.Preprocessing;
import dev.fovea.data.Task;
import dev.fovea.engine.Engine;
import dev.fovea.nn.Model;
import dev.fovea.systems.Detection;
import dev.fovea.systems.detect.Detector;
import dev.fovea.systems.label.LabelOptions;
import dev.fovea.systems.label.LabelSplit;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.systems.label.Marking;
import dev.fovea.systems.label.Shapes;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.Callbacks;
import dev.fovea.train.Epochs;
import dev.fovea.train.Measure;
import dev.fovea.train.Trainer;
import dev.fovea.vision.Placement.Size;
import dev.fovea.vision.augment.Augmentations;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every system, found through the list. It takes longest, so it comes first. */
@Order(1)
final class SystemsTest {
  private static final int SIDE = 64;
  private static final double NARROW = 0.125;
  private static final Preprocessing RULE =
      Preprocessing.scaled(Shape.of(SIDE, SIDE, 3))
          .withMeanAndStd(List.of(.5f, .5f, .5f), List.of(.25f, .25f, .25f));

  /** The systems that learn from pictures of several sizes. */
  private static final Set<String> SIZES =
      Set.of(
          "yolo-v1",
          "yolo-v3",
          "yolo-tiny",
          "yolo-fastest",
          "ssd-small",
          "ssd300",
          "retinanet-small");

  static Stream<VisionSystem> detectors() {
    return Systems.all().stream().filter(s -> s.profile().task() == Task.BOXES);
  }

  private static LabelSplit shapes() {
    return Shapes.load(LabelOptions.of(RULE, Marking.BOXES));
  }

  /** Returns scenes with the marks that a system learns from. */
  private static LabelSplit shapes(VisionSystem system) {
    return Shapes.load(LabelOptions.of(RULE, system.markings().toArray(Marking[]::new)));
  }

  private static Setup setup(VisionSystem system, LabelledData train) {
    return system.setUp(plan(system, train));
  }

  private static Plan plan(VisionSystem system, LabelledData train) {
    int most = train.targets().get(0).shape().dim(0);
    Plan plan = Plan.of(train.things(), RULE).objects(most).width(NARROW);
    return system.fitted(plan, train);
  }

  private static Trainer trainer(Setup setup, Model model, LabelledData test) {
    return Trainer.of(model, setup.objective(), adamW(2e-3).clipNorm(10))
        .seed(Seed.of(3))
        .measures(setup.measures(test).toArray(Measure[]::new));
  }

  private static Dataset changed(LabelledData train) {
    return train.augment(Augmentations.parse("flip,scale:0.2", RULE.meanPixel()));
  }

  @ParameterizedTest
  @MethodSource("detectors")
  void trainsToTheSameBitsOnAnyNumberOfThreadsAndResumed(VisionSystem system, @TempDir Path dir) {
    LabelSplit split = shapes(system);
    LabelledData train = split.train().take(10);
    LabelledData test = split.test().take(3);
    Setup setup = setup(system, split.train().take(60));
    Dataset seen = setup.targets(changed(train)).shuffled();
    Model one = setup.model(Seed.of(1), Engine.ofThreads(1));
    trainer(setup, one, test)
        .fit(seen.batches(4).withThreads(1), Epochs.epochs(2), setup.targets(test));
    Model two = setup.model(Seed.of(1), Engine.ofThreads(2));
    trainer(setup, two, test)
        .callbacks(Callbacks.checkpoints(dir))
        .fit(seen.batches(4), Epochs.epochs(1), setup.targets(test));
    Model resumed = setup.model(Seed.of(9), Engine.ofThreads(2));
    trainer(setup, resumed, test)
        .resume(dir)
        .fit(seen.batches(4).withThreads(3), Epochs.epochs(2), setup.targets(test));
    assertThat(resumed.parameters().values()).isEqualTo(one.parameters().values());
  }

  /**
   * What tells rows of each cell learns from pictures of any size; the rest says that it cannot.
   */
  @ParameterizedTest
  @MethodSource("detectors")
  void hasTheSameParametersForPicturesOfAnotherSizeOrSaysThatItCannot(VisionSystem system) {
    LabelledData train = shapes(system).train().take(10);
    Plan plan = plan(system, train);
    Model model = system.setUp(plan).model(Seed.of(1), Engine.idle());
    Setup other = system.setUp(plan.rule(RULE.withSize(128, 192)));
    if (!SIZES.contains(system.name())) {
      String why = other instanceof RowSetup ? "is used here with" : "pictures of one size";
      assertThatThrownBy(() -> other.over(model))
          .isInstanceOf(FoveaException.class)
          .hasMessageContaining(why);
      return;
    }
    Model larger = other.over(model);
    assertThat(larger.parameters()).isSameAs(model.parameters());
    assertThat(larger.inputs()).containsExactly(Shape.of(128, 192, 3));
    Dataset targets = other.targets(train.inSizes(List.of(new Size(128, 192))).get(0));
    assertThat(targets.inputShape()).isEqualTo(Shape.of(128, 192, 3));
  }

  @ParameterizedTest
  @MethodSource("detectors")
  void fileNeedsNothingBesideIt(VisionSystem system, @TempDir Path dir) {
    LabelSplit split = shapes(system);
    Setup setup = setup(system, split.train().take(60));
    Model model = setup.used(setup.model(Seed.of(1), Engine.ofThreads(1)));
    Path file = dir.resolve("model.safetensors");
    model.save(file);
    Model read =
        Systems.find(model.metadata().getOrDefault("net", ""))
            .build(model.metadata(), "test", Seed.of(2), Engine.ofThreads(1))
            .load(file);
    Tensor picture = split.test().read(0, Seed.of(0)).picture();
    Detector before = Detector.of(model).score(0);
    List<Detection> found = before.detect(picture);
    assertThat(found).isNotEmpty();
    assertThat(Detector.of(read).score(0).detect(picture))
        .usingRecursiveComparison()
        .isEqualTo(found);
    assertThat(found).isSortedAccordingTo((a, b) -> Double.compare(b.score(), a.score()));
    assertThat(read.output(0).task()).isEqualTo(Task.BOXES);
    for (Detection d : found) {
      assertThat(d.box().left()).isBetween(0.0, (double) SIDE);
      assertThat(d.box().bottom()).isBetween(0.0, (double) SIDE);
    }
  }

  @Test
  void threadsFindTheSame() {
    LabelSplit split = shapes();
    Setup setup = setup(Systems.find("yolo-tiny"), split.train().take(60));
    Detector detector = Detector.of(setup.model(Seed.of(1), Engine.ofThreads(2))).score(0.001);
    List<Tensor> pictures =
        IntStream.range(0, 8).mapToObj(i -> split.test().read(i, Seed.of(i)).picture()).toList();
    List<List<Detection>> alone = new ArrayList<>();
    pictures.forEach(p -> alone.add(detector.detect(p)));
    assertThat(pictures.parallelStream().map(detector::detect).toList()).isEqualTo(alone);
  }

  /** A picture without objects is learned from, and one of them alone is no reason to stop. */
  @ParameterizedTest
  @MethodSource("detectors")
  void picturesWithoutObjectsAreLearnedFrom(VisionSystem system) {
    LabelledData train = shapes(system).train().take(60);
    Setup setup = setup(system, train);
    Mark boxes = new Mark.Boxes(List.of());
    Mark none = new Mark.Instances(Tensor.zeros(Shape.of(SIDE, SIDE)));
    Mark pixels = new Mark.Mask(Tensor.zeros(Shape.of(SIDE, SIDE)));
    List<Mark> marks = List.of(boxes, none, pixels).subList(0, system.markings().size());
    Dataset empty = setup.targets(train.marked(train.targets(), s -> marks));
    Model model = setup.model(Seed.of(1), Engine.ofThreads(1));
    double loss =
        Trainer.of(model, setup.objective(), adamW(1e-3))
            .fit(empty.take(4).batches(4), Epochs.epochs(1))
            .epochs()
            .getLast()
            .train()
            .loss();
    assertThat(loss).isPositive().isFinite();
  }

  @Test
  void anchorsAreToldOrNamed() {
    VisionSystem yolo = Systems.find("yolo-tiny");
    Plan plan = Plan.of(List.of("a"), RULE);
    assertThatThrownBy(() -> yolo.setUp(plan))
        .isInstanceOf(FoveaException.class)
        .hasMessage("yolo-tiny: no anchors are said; fit the plan to samples, or give them");
    assertThatThrownBy(() -> yolo.setUp(plan.with("anchors", "10x13")))
        .isInstanceOf(FoveaException.class)
        .hasMessage(
            "yolo-tiny: anchors \"10x13\": need some for each of 2 maps, such as 10x13,16x30;62x45");
    assertThatThrownBy(() -> yolo.setUp(plan.with("anchors", "10x13;x")))
        .isInstanceOf(FoveaException.class)
        .hasMessageContaining("\"x\" is no width and height in pixels, such as 10x13");
    Model model =
        yolo.setUp(plan.with("anchors", "8x8,10x13;30x30")).model(Seed.of(1), Engine.ofThreads(1));
    assertThat(model.outputs().get(0)).isEqualTo(Shape.of(8 * 8 * 2 + 4 * 4, 6));
  }

  @Test
  void namesAreKnownOnce() {
    assertThat(Systems.names()).doesNotHaveDuplicates().contains("yolo-tiny", "ssd-small");
    assertThatThrownBy(() -> Systems.find("yolo-tyni"))
        .isInstanceOf(FoveaException.class)
        .hasMessageContaining("yolo-tiny");
  }
}
