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
import dev.fovea.systems.detect.RegionClassLoss;
import dev.fovea.systems.detect.RegionDecoder;
import dev.fovea.systems.detect.TwoStageSamples;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.train.Measure;
import dev.fovea.train.Objective;
import dev.fovea.vision.Placement.Size;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A detector that classifies regions one by one.
 *
 * @param system the name of the system
 * @param plan what it is set up for
 * @param network what is told of regions
 * @param overlap the IoU above which the less sure of two boxes of a class goes
 */
record RegionNetworkSetup(String system, Plan plan, RegionNetwork network, double overlap)
    implements Setup {
  /** How sure the network must be where nothing else is asked for. */
  private static final double SCORE = 0.5;

  /** Average precision looks at all that is not quite out of the question. */
  private static final double LEAST_SCORE = 0.01;

  private DetectionRule rule() {
    int most = network.detector().rule().most();
    return new DetectionRule(new RegionDecoder(false), SCORE, overlap, most);
  }

  @Override
  public Model model(Seed seed, Engine engine) {
    List<Shape> inputs =
        TwoStageSamples.inputShapes(plan.rule().shape(), plan.objects(), List.of());
    Map<String, String> texts = new LinkedHashMap<>(plan.toMetadata(system));
    texts.put(DetectionRule.KEY, rule().toText());
    return built(network::learned, inputs, seed, engine).withMetadata(texts);
  }

  @Override
  public Model used(Model trained) {
    Model used =
        built(
            in -> List.of(network.used(in.get(0))),
            List.of(plan.rule().shape()),
            Seed.of(0),
            trained.engine());
    copy(trained, used);
    Map<String, String> texts = new LinkedHashMap<>(trained.metadata());
    texts.remove(Output.TASKS);
    return used.withMetadata(texts);
  }

  @Override
  public Model used(Model trained, Dataset samples) {
    Model used = used(trained);
    network.fit(used, samples);
    return used;
  }

  @Override
  public Model forOtherTools(Model used) {
    return network.searched().map(s -> s.over(used)).orElse(used);
  }

  private static Model built(Network network, List<Shape> inputs, Seed seed, Engine engine) {
    Model model = Model.build(network, inputs, seed, engine);
    model.setTask(0, Task.BOXES);
    return model;
  }

  /** Copies the parameters that both models have. */
  static void copy(Model from, Model to) {
    to.parameters().all().stream()
        .filter(p -> from.parameters().contains(p.name()))
        .forEach(p -> to.parameters().set(p.name(), from.parameters().tensor(p.name())));
  }

  @Override
  public Dataset targets(Dataset samples) {
    return new TwoStageSamples(samples, Optional.empty(), plan.objects(), List.of(), List.of());
  }

  @Override
  public Objective objective() {
    return new Objective(List.of(Objective.head(1, 0, new RegionClassLoss(plan.objects()))));
  }

  @Override
  public List<Measure> measures(LabelledData samples) {
    Size input = new Size(plan.rule().height(), plan.rule().width());
    DetectionReader reader = new DetectionReader(rule().score(LEAST_SCORE), plan.classes(), input);
    return List.of(new BoxPrecision(reader, samples));
  }
}
