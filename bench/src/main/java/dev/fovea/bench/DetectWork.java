package dev.fovea.bench;

import dev.fovea.data.Batch;
import dev.fovea.data.BatchStream;
import dev.fovea.data.Preprocessing;
import dev.fovea.engine.Engine;
import dev.fovea.formats.Formats;
import dev.fovea.nn.Model;
import dev.fovea.op.RegionBins;
import dev.fovea.op.Regions;
import dev.fovea.op.Value;
import dev.fovea.optim.Optimizers;
import dev.fovea.systems.box.BoxArray;
import dev.fovea.systems.box.Suppression;
import dev.fovea.systems.label.LabelOptions;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.systems.label.Marking;
import dev.fovea.systems.label.Shapes;
import dev.fovea.systems.net.Plan;
import dev.fovea.systems.net.Setup;
import dev.fovea.systems.net.Systems;
import dev.fovea.systems.net.VisionSystem;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.TrainingStep;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** Fovea's side of the rows of {@link DetectSpeed}: pictures of noise, and drawn objects. */
final class DetectWork {
  private static final double RATE = 1e-5;
  private static final int PICTURES = 16;
  private static final int BOXES = 10_000;
  private static final int REGIONS = 512;
  private static final Shape MAP = Shape.of(1, 50, 50, 256);
  private static final int BINS = 7;
  private static final float SCALE = 1f / 16;

  private DetectWork() {}

  /** Returns the folder of networks in files. */
  static Path models(Path home) {
    return home.resolve("../shared/data/models").normalize();
  }

  /** Returns the step of a row. */
  static Runnable of(DetectSpeed.Row row, Path home, int threads) {
    Engine engine = Engine.ofThreads(threads);
    return switch (row.name()) {
      case "nms" -> suppression();
      case "roi-align" -> alignment(engine);
      case "yolox-nano" -> file(models(home).resolve("yolox-nano-onnx/yolox_nano.onnx"), engine);
      case "deeplab-voc" ->
          file(models(home).resolve("deeplab-voc-onnx/deeplabv3_257_mv_gpu.onnx"), engine);
      default -> detector(row, engine);
    };
  }

  private static Runnable suppression() {
    Rng rng = Seed.of(1).rng();
    double[] corners = new double[4 * BOXES];
    float[] scores = new float[BOXES];
    for (int i = 0; i < BOXES; i++) {
      double x = 1000 * rng.nextDouble();
      double y = 1000 * rng.nextDouble();
      double w = 10 + 100 * rng.nextDouble();
      double h = 10 + 100 * rng.nextDouble();
      corners[4 * i] = x - w / 2;
      corners[4 * i + 1] = y - h / 2;
      corners[4 * i + 2] = x + w / 2;
      corners[4 * i + 3] = y + h / 2;
      scores[i] = rng.nextFloat();
    }
    BoxArray boxes = BoxArray.of(corners);
    Suppression suppression = Suppression.above(0.5);
    return () -> Objects.requireNonNull(suppression.keep(boxes, scores));
  }

  private static Runnable alignment(Engine engine) {
    Rng rng = Seed.of(1).rng();
    Tensor map = FoveaWork.pictures(MAP.dropFirst(), 1);
    Tensor regions = Tensor.zeros(Shape.of(1, REGIONS, 4));
    for (int i = 0; i < REGIONS; i++) {
      float x = rng.nextFloat(0, 600);
      float y = rng.nextFloat(0, 600);
      regions.data()[4 * i] = x;
      regions.data()[4 * i + 1] = y;
      regions.data()[4 * i + 2] = x + rng.nextFloat(20, 200);
      regions.data()[4 * i + 3] = y + rng.nextFloat(20, 200);
    }
    RegionBins bins = RegionBins.of(BINS, BINS, SCALE).places(2);
    Model model =
        Model.build(
            in ->
                List.of(
                    in.get(0)
                        .with(
                            Value.of(
                                new Regions.Align(bins), in.get(1).value(), in.get(0).value()))),
            List.of(MAP.dropFirst(), regions.shape().dropFirst()),
            Seed.of(1),
            engine);
    return () -> Objects.requireNonNull(model.run(List.of(map, regions)));
  }

  private static Runnable file(Path file, Engine engine) {
    if (!Files.exists(file)) {
      throw new FoveaException(file + ": no such file; the row needs this network");
    }
    Model model = Formats.read(file).model(engine);
    Tensor pictures = FoveaWork.pictures(model.inputs().get(0), 1);
    return () -> Objects.requireNonNull(model.run(List.of(pictures)));
  }

  private static Runnable detector(DetectSpeed.Row row, Engine engine) {
    VisionSystem system = Systems.find(row.name());
    Preprocessing rule = system.preprocessing(system.profile().input());
    Marking[] markings = system.markings().toArray(Marking[]::new);
    LabelledData drawn =
        Shapes.load(Seed.of(0), PICTURES, 1, system.scenes(), LabelOptions.of(rule, markings))
            .train();
    Plan plan = Plan.of(drawn.things(), rule).objects(drawn.targets().get(0).shape().dim(0));
    Setup setup = system.setUp(plan);
    Model model = setup.model(Seed.of(1), engine);
    if (row.mode() == Mode.INFER) {
      Model used = setup.used(model);
      Tensor pictures = FoveaWork.pictures(rule.shape(), row.batch());
      return () -> Objects.requireNonNull(used.run(List.of(pictures)));
    }
    TrainingStep step =
        TrainingStep.of(model, setup.objective(), Optimizers.adamW(RATE), row.batch());
    Batch batch = batch(setup, drawn, row.batch());
    FoveaWork.Seeds seeds = new FoveaWork.Seeds();
    return () -> step.trainOn(batch, seeds.next());
  }

  private static Batch batch(Setup setup, LabelledData drawn, int count) {
    try (BatchStream stream = setup.targets(drawn).batches(count).open(Seed.of(1))) {
      return Objects.requireNonNull(stream.next());
    }
  }
}
