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
import dev.fovea.systems.detect.RegionDecoder;
import dev.fovea.systems.detect.SecondStageLoss;
import dev.fovea.systems.detect.TwoStageSamples;
import dev.fovea.systems.detect.TwoStageSamples.Further;
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
 * @param decoder how its outputs are read
 * @param texts what else is in its metadata
 */
record TwoStageSetup(
    String system, Plan plan, TwoStages stages, RegionDecoder decoder, Map<String, String> texts)
    implements Setup {
  /** How sure the network must be where nothing else is asked for. */
  private static final double SCORE = 0.5;

  /** Average precision looks at all that is not quite out of the question. */
  private static final double LEAST_SCORE = 0.01;

  private static final double OVERLAP = 0.5;

  /** The β of smooth L1 of the second stage. */
  private static final double BETA = 1.0 / 9;

  private static final int OBJECTS_TARGET = 0;
  private static final int FIRST_STAGE_TARGET = 1;
  private static final int SECOND_STAGE_OUTPUTS = 3;

  private List<Further> inputs() {
    return stages.branches().stream().flatMap(b -> b.inputs().stream()).toList();
  }

  private DetectionRule rule() {
    int most = stages.detector().rule().most();
    return new DetectionRule(decoder, SCORE, OVERLAP, most);
  }

  @Override
  public Model model(Seed seed, Engine engine) {
    List<Shape> inputs = TwoStageSamples.inputShapes(plan.rule().shape(), plan.objects(), inputs());
    Map<String, String> all = new LinkedHashMap<>(plan.toMetadata(system));
    all.put(DetectionRule.KEY, rule().toText());
    all.putAll(texts);
    return built(stages::learned, inputs, seed, engine).withMetadata(all);
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
    Map<String, String> own = new LinkedHashMap<>(trained.metadata());
    own.remove(Output.TASKS);
    return used.withMetadata(own);
  }

  @Override
  public Model forOtherTools(Model used) {
    return stages.searched().map(s -> s.over(used)).orElse(used);
  }

  private static Model built(Network network, List<Shape> inputs, Seed seed, Engine engine) {
    Model model = Model.build(network, inputs, seed, engine);
    model.setTask(0, Task.BOXES);
    return model;
  }

  @Override
  public Dataset targets(Dataset samples) {
    return new TwoStageSamples(
        samples,
        stages.first().targets(),
        plan.objects(),
        inputs(),
        stages.branches().stream().flatMap(b -> b.targets().stream()).toList());
  }

  @Override
  public Objective objective() {
    int output = 1 + stages.branches().stream().mapToInt(b -> b.shapes(1).size()).sum();
    List<Objective.Head> heads = new ArrayList<>();
    heads.add(Objective.head(output, OBJECTS_TARGET, new SecondStageLoss(BETA, plan.objects())));
    output += SECOND_STAGE_OUTPUTS;
    List<Objective.Head> first = stages.first().losses(output, FIRST_STAGE_TARGET);
    heads.addAll(first);
    output += first.stream().mapToInt(h -> h.loss().outputs()).sum();
    int target = FIRST_STAGE_TARGET + (stages.first().targets().isPresent() ? 1 : 0);
    for (Branch b : stages.branches()) {
      heads.addAll(b.losses(output, target));
      output += b.outputs();
      target += b.targets().size();
    }
    return new Objective(heads);
  }

  @Override
  public List<Measure> measures(LabelledData samples) {
    Size input = new Size(plan.rule().height(), plan.rule().width());
    DetectionReader reader = new DetectionReader(rule().score(LEAST_SCORE), plan.classes(), input);
    List<Measure> all = new ArrayList<>(List.of(new BoxPrecision(reader, samples)));
    stages.branches().forEach(b -> all.addAll(b.measures(reader, samples)));
    return all;
  }
}
