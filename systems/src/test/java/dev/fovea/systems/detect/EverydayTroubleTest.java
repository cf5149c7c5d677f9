package dev.fovea.systems.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.data.Box;
import dev.fovea.data.Mark;
import dev.fovea.data.Preprocessing;
import dev.fovea.data.Task;
import dev.fovea.engine.Engine;
import dev.fovea.nn.Model;
import dev.fovea.systems.Detection;
import dev.fovea.systems.RegionMask;
import dev.fovea.systems.box.BoxArray;
import dev.fovea.systems.box.BoxCode;
import dev.fovea.systems.box.GraphNumbers;
import dev.fovea.systems.box.Matcher;
import dev.fovea.systems.box.Overlap;
import dev.fovea.systems.box.Sampler;
import dev.fovea.systems.label.LabelOptions;
import dev.fovea.systems.label.LabelReport;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.systems.label.Marking;
import dev.fovea.systems.label.SceneCast;
import dev.fovea.systems.label.Shapes;
import dev.fovea.systems.measure.Found;
import dev.fovea.systems.net.Plan;
import dev.fovea.systems.net.Setup;
import dev.fovea.systems.net.Systems;
import dev.fovea.systems.net.VisionSystem;
import dev.fovea.systems.region.MaskTargets;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.Measure;
import dev.fovea.vision.Placement;
import dev.fovea.vision.Placement.Size;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What people complain of in tools for detection, and is not so here. Each comment names a
 * complaint; those of label files are in {@code BadLabelsTest}.
 */
final class EverydayTroubleTest {
  private static final Size INPUT = new Size(64, 64);
  private static final Preprocessing RULE =
      Preprocessing.scaled(Shape.of(64, 64, 3))
          .withMeanAndStd(List.of(.5f, .5f, .5f), List.of(.25f, .25f, .25f));

  private static DetectionReader reader(List<String> labels) {
    return new DetectionReader(
        new DetectionRule(new RegionDecoder(false), 0.5, 0.5, 100), labels, INPUT);
  }

  private static List<Tensor> rows(float... numbers) {
    return List.of(Tensor.of(Shape.of(1, numbers.length / 6, 6), numbers));
  }

  /** Average precision that changes with the score that is asked of drawings. */
  @Test
  void whatIsMeasuredDoesNotFollowWhatIsDrawn() {
    DetectionRule rule = new DetectionRule(new RegionDecoder(false), 0.5, 0.4, 100);
    assertThat(rule.score(0.9).measured()).isEqualTo(rule.score(0.3).measured());
    assertThat(rule.score(0.9).measured().score()).isEqualTo(0.01);
  }

  /** Are boxes shares or pixels, of the input or of the picture? Of the picture that is given. */
  @Test
  void boxesAreInPixelsOfThePicture() {
    Placement twiceAndThrice =
        Placement.of(Preprocessing.Resize.STRETCH, new Size(128, 192), INPUT);
    Box box =
        reader(List.of("cat")).read(rows(8, 4, 16, 20, 0.9f, 0), 0, twiceAndThrice).get(0).box();
    assertThat(box).isEqualTo(new Box(24, 8, 48, 40, 0));
  }

  /** Letter-box boxes that are shifted: of 64×64 a picture of 100×50 covers columns 16 to 48. */
  @Test
  void boxesComeBackOutOfTheLetterBox() {
    Placement placement = Placement.of(Preprocessing.Resize.LETTERBOX, new Size(100, 50), INPUT);
    Box box = reader(List.of("cat")).read(rows(16, 0, 48, 64, 0.9f, 0), 0, placement).get(0).box();
    assertThat(box.left()).isZero();
    assertThat(box.right()).isEqualTo(50);
    assertThat(box.bottom()).isEqualTo(100);
  }

  /** Objects of one pixel: found, and learned as masks. */
  @Test
  void objectsOfOnePixelAreObjects() {
    Placement same = Placement.of(Preprocessing.Resize.STRETCH, INPUT, INPUT);
    List<Detection> found = reader(List.of("cat")).read(rows(5, 6, 6, 7, 0.9f, 0), 0, same);
    assertThat(found).hasSize(1);
    Tensor mask = Tensor.zeros(Shape.of(8, 8));
    mask.data()[3 * 8 + 2] = 1;
    float[] target = MaskTargets.of(4).within(BoxArray.of(2, 3, 3, 4), 0, mask);
    for (float share : target) {
      assertThat(share).isBetween(0f, 1f);
    }
    assertThat(target[0]).isPositive();
    Tensor whole = new RegionMask(found.get(0).box(), Tensor.full(Shape.of(28, 28), 1)).in(64, 64);
    assertThat(whole.data()[6 * 64 + 5]).isEqualTo(1);
  }

  /** Masks in the size of the picture fill the memory: one of 400 million pixels takes its runs. */
  @Test
  void masksOfLargePicturesTakeNoMoreThanTheirBoxes() {
    Box box = new Box(100, 200, 300, 260, 0);
    RegionMask mask = new RegionMask(box, Tensor.full(Shape.of(28, 28), 1));
    Found found = Found.of(new Detection(box, "cat", 0.9, Optional.of(mask)), 20_000, 20_000);
    // The outermost half cell of the mask fades out: 7.1 and 2.1 pixels a cell.
    assertThat(found.mask().orElseThrow().area()).isBetween(192 * 56L, 200 * 60L);
  }

  /** An array of overlaps of all objects and anchors fills the memory: matching needs none. */
  @Test
  void matchingObjectByObjectIsMatchingByAllOverlaps() {
    Rng rng = new Rng(5);
    BoxArray objects = random(rng, 20);
    BoxArray anchors = random(rng, 400);
    double[][] overlaps = Overlap.IOU.of(objects, anchors);
    for (Matcher m :
        List.of(
            Matcher.ofProposals(),
            Matcher.above(0.5),
            Matcher.ofDefaultBoxes(),
            Matcher.ofRetinaNet())) {
      assertThat(m.match(objects, anchors)).containsExactly(m.match(overlaps));
    }
  }

  private static BoxArray random(Rng rng, int count) {
    double[] numbers = new double[4 * count];
    for (int i = 0; i < count; i++) {
      numbers[4 * i] = rng.nextFloat(0, 50);
      numbers[4 * i + 1] = rng.nextFloat(0, 50);
      numbers[4 * i + 2] = numbers[4 * i] + rng.nextFloat(2, 20);
      numbers[4 * i + 3] = numbers[4 * i + 1] + rng.nextFloat(2, 20);
    }
    return BoxArray.of(numbers);
  }

  private static LabelledData scenes(SceneCast cast, Marking... markings) {
    return Shapes.load(Seed.of(1), 4, 4, cast, LabelOptions.of(RULE, markings)).train();
  }

  /** Figures of "-nan" where a data set has no object: there is no figure, and none is made up. */
  @Test
  void withoutObjectsThereIsNoFigure() {
    LabelledData empty = scenes(new SceneCast(0, 0, 0, 0), Marking.BOXES);
    for (Measure m :
        List.of(
            new BoxPrecision(reader(empty.things()), empty),
            new MaskPrecision(reader(empty.things()), empty))) {
      Measure.Collector c = m.collect(empty);
      c.add(empty.sample(0), rows(0, 0, 0, 0, 0, -1));
      assertThat(c.values()).containsOnly(Double.NaN);
    }
  }

  /** Small objects that no anchor fits: the report on a data set tells their share. */
  @Test
  void reportTellsHowManyObjectsNoAnchorFits() {
    var split =
        Shapes.load(Seed.of(1), 20, 4, SceneCast.usual(), LabelOptions.of(RULE, Marking.BOXES));
    LabelReport report = LabelReport.of(Shapes.set(split));
    assertThat(report.anchors()).isPresent();
    assertThat(report.unfitted()).isEqualTo(1 - report.anchors().get().covered());
    assertThat(report.unfitted()).isBetween(0.0, 0.5);
  }

  /** Losses that become NaN: recipes of detectors limit gradients, as boxes limit exponents. */
  @ParameterizedTest
  @MethodSource("detectors")
  void recipesLimitGradients(VisionSystem system) {
    assertThat(system.profile().recipe().clipNorm()).isBetween(0.1, 100.0);
  }

  static Stream<VisionSystem> detectors() {
    return Systems.all().stream().filter(s -> s.profile().task() == Task.BOXES);
  }

  static Stream<VisionSystem> twoStages() {
    return detectors().filter(s -> s.name().contains("rcnn") || s.name().contains("panoptic"));
  }

  /**
   * Batch norm in heads that see few regions, and class 0 or the last that means background: heads
   * have no norm of batches, and what is found has the names of things alone.
   */
  @ParameterizedTest
  @MethodSource("twoStages")
  void headsHaveNoBatchNormAndNamesAreThoseOfThings(VisionSystem system) {
    LabelledData data = scenes(SceneCast.usual(), system.markings().toArray(Marking[]::new));
    int most = data.targets().get(0).shape().dim(0);
    Plan plan = Plan.of(data.things(), RULE).objects(most).width(0.125);
    Setup setup = system.setUp(system.fitted(plan, data));
    Model model = setup.model(Seed.of(1), Engine.shared());
    assertThat(model.parameters().tensors().keySet())
        .filteredOn(name -> name.matches("(regions|masks|points|classes|boxes|rpn|pixels).*"))
        .isNotEmpty()
        .noneMatch(name -> name.contains("running") || name.contains("batchnorm"));
    List<Detection> found =
        Detector.of(setup.used(model)).score(0).detect(data.read(0, Seed.of(0)).picture());
    assertThat(found).isNotEmpty().allMatch(d -> data.things().contains(d.label()));
  }

  /** Fitting that is lost, so that boxes are stretched after loading: it lies in the file. */
  @Test
  void fittingIsKeptInTheFile(@TempDir Path dir) {
    Preprocessing letterBox = RULE.withResize(Preprocessing.Resize.LETTERBOX);
    VisionSystem system = Systems.find("yolo-tiny");
    Plan plan = Plan.of(List.of("cat"), letterBox).width(0.125).with("anchors", "8x8,10x13;30x30");
    Model model = system.setUp(plan).model(Seed.of(1), Engine.shared());
    model.save(dir.resolve("model.safetensors"));
    Model read =
        system
            .build(model.metadata(), "test", Seed.of(2), Engine.shared())
            .load(dir.resolve("model.safetensors"));
    Tensor picture = Tensor.full(Shape.of(40, 90, 3), 120);
    List<Detection> found = Detector.of(read).score(0.001).detect(picture);
    assertThat(found).isEqualTo(Detector.of(model).score(0.001).detect(picture));
    assertThat(found).isNotEmpty().allMatch(d -> d.box().right() <= 90 && d.box().bottom() <= 40);
  }

  /** The mark of an object that nobody told apart is neither an object nor background. */
  @Test
  void crowdsAreNoObjectsToLearn() {
    Tensor regions = Tensor.of(Shape.of(1, 1, 4), 0, 0, 10, 10);
    Tensor objects = Tensor.of(Shape.of(1, 1, 5), Mark.Boxes.IGNORED, 0, 0, 10, 10);
    float[] rows =
        GraphNumbers.result(
            v ->
                new RegionSampler(Matcher.above(0.5), new Sampler(2, 0.5), BoxCode.plain())
                    .of(v.get(0), v.get(1), v.get(2)),
            regions,
            objects,
            Tensor.of(Shape.of(1, 1), 7));
    assertThat(rows[RegionSampler.LABEL]).isLessThanOrEqualTo(0);
  }

  /**
   * In a crowd over the left half of a picture YOLO's boxes learn nothing, though each of them is a
   * small part of it; beside it they learn that there is no object.
   */
  @Test
  void boxesInCrowdsAreNoBackgroundToYolo() {
    GridAnchors anchors =
        new GridAnchors(
            32, 32, List.of(new GridAnchors.Grid(4, 4, 8, 8, List.of(new GridAnchors.Size(8, 8)))));
    YoloTargets targets = new YoloTargets(anchors, 1, 1);
    YoloLoss loss = new YoloLoss(targets, 1, 0.5, YoloLoss.Boxes.COMPLETE_IOU, 1);
    Tensor logits = Tensor.zeros(Shape.of(1, 16, 6));
    Tensor crowd = Tensor.of(Shape.of(1, 1, 5), Mark.Boxes.IGNORED, 0, 0, 16, 32);
    float[] gradient =
        GraphNumbers.of(
                v -> loss.of(v.subList(0, 1), v.subList(1, 3)),
                logits,
                Tensor.zeros(targets.shape().prepend(1)),
                crowd)
            .get(1);
    for (int cell = 0; cell < 16; cell++) {
      // The gradient of softplus at 0 is one half.
      assertThat(gradient[6 * cell + 4]).isEqualTo(cell % 4 < 2 ? 0f : 0.5f);
    }
  }
}
