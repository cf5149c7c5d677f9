package dev.fovea.systems.net;

import dev.fovea.data.Dataset;
import dev.fovea.data.Task;
import dev.fovea.engine.Engine;
import dev.fovea.nn.Model;
import dev.fovea.nn.Network;
import dev.fovea.nn.Output;
import dev.fovea.systems.detect.BoxPrecision;
import dev.fovea.systems.detect.DetectionReader;
import dev.fovea.systems.detect.DetectionRule;
import dev.fovea.systems.detect.MaskPrecision;
import dev.fovea.systems.detect.RegionDecoder;
import dev.fovea.systems.detect.RegionMaskLoss;
import dev.fovea.systems.detect.SecondStageLoss;
import dev.fovea.systems.detect.TwoStageSamples;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.train.Measure;
import dev.fovea.train.Objective;
import dev.fovea.vision.Placement.Size;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A detector of two stages.
 *
 * @param system the name of the system
 * @param plan what it is set up for
 * @param stages the network
 */
record TwoStageSetup(String system, Plan plan, TwoStages stages) implements Setup {
  /** How sure the network must be where nothing else is asked for. */
  private static final double SCORE = 0.5;

  /** Average precision looks at all that is not quite out of the question. */
  private static final double LEAST_SCORE = 0.01;

  private static final double OVERLAP = 0.5;

  /** The β of smooth L1 of the second stage. */
  private static final double BETA = 1.0 / 9;

  private static final int OBJECTS_TARGET = 0;
  private static final int FIRST_STAGE_TARGET = 1;

  private boolean masks() {
    return stages.masks().isPresent();
  }

  private DetectionRule rule() {
    int most = stages.detector().rule().most();
    return new DetectionRule(new RegionDecoder(masks()), SCORE, OVERLAP, most);
  }

  @Override
  public Model model(Seed seed, Engine engine) {
    List<Shape> inputs = TwoStageSamples.inputShapes(plan.rule().shape(), plan.objects(), masks());
    Map<String, String> texts = new LinkedHashMap<>(plan.toMetadata(system));
    texts.put(DetectionRule.KEY, rule().toText());
    return built(stages::learned, inputs, seed, engine).withMetadata(texts);
  }

  @Override
  public Model used(Model trained) {
    Model used =
        built(
            in -> stages.used(in.get(0)),
            List.of(plan.rule().shape()),
            Seed.of(0),
            trained.engine());
    trained.copyTo(used, 1);
    Map<String, String> texts = new LinkedHashMap<>(trained.metadata());
    texts.remove(Output.TASKS);
    return used.withMetadata(texts);
  }

  private static Model built(Network network, List<Shape> inputs, Seed seed, Engine engine) {
    Model model = Model.build(network, inputs, seed, engine);
    model.setTask(0, Task.BOXES);
    return model;
  }

  @Override
  public Dataset targets(Dataset samples) {
    return new TwoStageSamples(samples, stages.first().targets(), plan.objects(), masks());
  }

  @Override
  public Objective objective() {
    List<Objective.Head> heads = new ArrayList<>();
    int logits = masks() ? 2 : 1;
    heads.add(Objective.head(logits, OBJECTS_TARGET, new SecondStageLoss(BETA, plan.objects())));
    int rows = logits + 2;
    if (masks()) {
      heads.add(Objective.head(rows, OBJECTS_TARGET, new RegionMaskLoss()));
    }
    heads.addAll(stages.first().losses(rows + (masks() ? 3 : 1), FIRST_STAGE_TARGET));
    return new Objective(heads);
  }

  @Override
  public List<Measure> measures(LabelledData samples) {
    Size input = new Size(plan.rule().height(), plan.rule().width());
    DetectionReader reader = new DetectionReader(rule().score(LEAST_SCORE), plan.classes(), input);
    List<Measure> all = new ArrayList<>(List.of(new BoxPrecision(reader, samples)));
    if (masks()) {
      all.add(new MaskPrecision(reader, samples));
    }
    return all;
  }
}
