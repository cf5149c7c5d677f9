package dev.fovea.systems.net;

import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.groupNorm;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.resize;
import static dev.fovea.nn.Layers.sequence;
import static dev.fovea.nn.Layers.upsample;

import dev.fovea.data.Mark;
import dev.fovea.data.Sample;
import dev.fovea.io.Text;
import dev.fovea.nn.Initializer;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Losses;
import dev.fovea.nn.Signal;
import dev.fovea.systems.detect.DetectionReader;
import dev.fovea.systems.detect.TwoStageSamples.Further;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.systems.panoptic.PanopticMeasure;
import dev.fovea.systems.panoptic.PanopticReader;
import dev.fovea.systems.panoptic.PanopticRule;
import dev.fovea.systems.panoptic.PanopticTruth;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.Measure;
import dev.fovea.train.Objective;
import java.util.ArrayList;
import java.util.List;

/**
 * The classes of pixels over a feature pyramid (Kirillov et al., 2019): each map is brought to
 * stride 4 by 3×3 convolutions and doublings, their sum goes through a 1×1 convolution and is
 * enlarged to the picture.
 *
 * <p>Class 0 is objects of any kind, which the other branches tell; then come classes that cannot
 * be counted.
 */
final class SemanticBranch implements Branch {
  /**
   * The name of a plan's text: the classes of pixels, one a line, in the order of their numbers.
   */
  private static final String PIXELS = "pixels";

  /** How much the classes of pixels count beside objects. */
  private static final double WEIGHT = 0.5;

  private static final int GROUPS = 8;

  private final PanopticTruth truth;
  private final PanopticRule rule;
  private final Shape picture;
  private final List<Layer> ways = new ArrayList<>();
  private final Layer end;

  /**
   * Creates the branch.
   *
   * @param plan what the network is set up for
   * @param system the name of the system, for messages
   * @param maps how many maps it reads, the finest of stride 4
   * @param channels how many channels its convolutions have
   * @param output the number of its output in the network that is used
   */
  SemanticBranch(Plan plan, String system, int maps, int channels, int output) {
    this.truth = truth(plan, system);
    this.rule = PanopticRule.usual(truth.stuff(), output);
    this.picture = Shape.of(plan.rule().height(), plan.rule().width());
    for (int i = 0; i < maps; i++) {
      List<Layer> way = new ArrayList<>();
      for (int k = 0; k < Math.max(1, i); k++) {
        way.add(conv2d(channels, 3).same().noBias().init(Initializer.heNormal()));
        way.add(groupNorm(Math.min(GROUPS, channels)));
        way.add(relu());
        if (i > 0) {
          way.add(upsample(2).bilinear());
        }
      }
      ways.add(sequence(way).named("pixels" + i));
    }
    this.end =
        sequence(
                conv2d(1 + truth.stuff().size(), 1),
                resize(picture.dim(0), picture.dim(1)).bilinear())
            .named("pixel_classes");
  }

  /**
   * Returns a plan with the classes of pixels of samples.
   *
   * @throws FoveaException if none of them is anything but objects
   */
  static Plan fitted(Plan plan, String system, LabelledData samples) {
    Plan fitted =
        plan.with(
            PIXELS, String.join("\n", samples.classes().stream().map(Text::oneLine).toList()));
    if (truth(fitted, system).stuff().isEmpty()) {
      throw new FoveaException(
          ("%s: all classes of pixels are those of objects, %s: one more, such as a background,"
                  + " expected")
              .formatted(system, samples.classes()));
    }
    return fitted;
  }

  private static PanopticTruth truth(Plan plan, String system) {
    String text =
        plan.text(PIXELS)
            .orElseThrow(() ->
                new FoveaException(
                    system + ": no classes of pixels are said; fit the plan to samples"));
    List<String> pixels = List.of(text.split("\n", -1));
    List<String> things = plan.classes();
    return new PanopticTruth(
        things, pixels.stream().filter(name -> !things.contains(name)).toList(), pixels);
  }

  /** Returns how objects and classes of pixels become one. */
  PanopticRule rule() {
    return rule;
  }

  @Override
  public List<Further> targets() {
    return List.of(new Further(picture, this::target));
  }

  private Tensor target(Sample sample) {
    Tensor classes = Further.mark(sample, Mark.Mask.class, "classes of pixels").classes();
    int[] own = truth.pixels().stream().mapToInt(name -> 1 + truth.stuff().indexOf(name)).toArray();
    Tensor target = Tensor.zeros(classes.shape());
    for (int i = 0; i < target.data().length; i++) {
      int c = (int) classes.data()[i];
      target.data()[i] = c >= 0 && c < own.length ? own[c] : Mark.Mask.IGNORED;
    }
    return target;
  }

  private Signal logits(List<Signal> maps) {
    Signal sum = ways.get(0).apply(maps.get(0));
    for (int i = 1; i < ways.size(); i++) {
      sum = sum.plus(ways.get(i).apply(maps.get(i)));
    }
    return end.apply(sum);
  }

  @Override
  public List<Shape> shapes(int n) {
    return List.of(Shape.of(n, picture.dim(0), picture.dim(1), 1 + truth.stuff().size()));
  }

  @Override
  public List<Signal> used(Signal found, List<Signal> maps) {
    return List.of(logits(maps));
  }

  @Override
  public List<Signal> learned(Signal rows, List<Signal> maps, List<Signal> inputs) {
    return List.of(logits(maps));
  }

  @Override
  public int outputs() {
    return 1;
  }

  @Override
  public List<Objective.Head> losses(int output, int target) {
    return List.of(
        Objective.head(output, target, Losses.crossEntropy().ignore(Mark.Mask.IGNORED))
            .weight(WEIGHT));
  }

  @Override
  public List<Measure> measures(DetectionReader reader, LabelledData samples) {
    PanopticReader sure =
        new PanopticReader(
            rule,
            new DetectionReader(
                reader.rule().score(rule.score()), reader.labels(), reader.input()));
    return List.of(new PanopticMeasure(sure, truth, samples));
  }
}
