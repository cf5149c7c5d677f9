package dev.fovea.systems.net;

import static dev.fovea.optim.Optimizers.adamW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.data.Preprocessing;
import dev.fovea.engine.Engine;
import dev.fovea.nn.Model;
import dev.fovea.systems.Detection;
import dev.fovea.systems.detect.Detector;
import dev.fovea.systems.label.LabelOptions;
import dev.fovea.systems.label.LabelSplit;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.systems.label.Marking;
import dev.fovea.systems.label.Shapes;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.Epochs;
import dev.fovea.train.Trainer;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What R-CNN fits after its network has learned. */
final class RcnnTest {
  private static final int SIDE = 64;
  private static final Preprocessing RULE =
      Preprocessing.scaled(Shape.of(SIDE, SIDE, 3))
          .withMeanAndStd(List.of(.5f, .5f, .5f), List.of(.25f, .25f, .25f));

  /**
   * Machines and boxes are fitted the same way each time, lie in the file and are used. A class of
   * which no object was seen is not found.
   */
  @Test
  void fitsMachinesAndBoxes(@TempDir Path dir) {
    LabelSplit split = Shapes.load(LabelOptions.of(RULE, Marking.BOXES));
    LabelledData train = split.train().take(12);
    int most = train.targets().get(0).shape().dim(0);
    VisionSystem system = Systems.find("r-cnn-small");
    List<String> classes = Stream.concat(train.things().stream(), Stream.of("unseen")).toList();
    Setup setup = system.setUp(Plan.of(classes, RULE).objects(most).width(0.125));
    Model trained = setup.model(Seed.of(1), Engine.ofThreads(2));
    Trainer.of(trained, setup.objective(), adamW(2e-3))
        .fit(setup.targets(train).batches(4), Epochs.epochs(1));
    Model unfitted = setup.used(trained);
    Model used = setup.used(trained, train.normalized(RULE));
    for (String name : List.of("machines.weight", "boxes.weight", "boxes.bias")) {
      assertThat(unfitted.parameters().tensor(name).data()).containsOnly(0);
      float[] fitted = used.parameters().tensor(name).data();
      assertThat(fitted).doesNotContain(Float.NaN);
      assertThat(fitted).isNotEqualTo(new float[fitted.length]);
    }
    assertThat(setup.used(trained, train.normalized(RULE)).parameters().values())
        .isEqualTo(used.parameters().values());
    Path file = dir.resolve("rcnn.safetensors");
    used.save(file);
    Model read = system.build(used.metadata(), "test", Seed.of(2), Engine.ofThreads(1)).load(file);
    Tensor picture = split.test().read(0, Seed.of(0)).picture();
    List<Detection> found = Detector.of(used).score(0).detect(picture);
    assertThat(found).isNotEmpty();
    assertThat(found).noneMatch(d -> d.label().equals("unseen"));
    assertThat(used.parameters().tensor("machines.bias").data()).endsWith(-100);
    assertThat(Detector.of(read).score(0).detect(picture))
        .usingRecursiveComparison()
        .isEqualTo(found);
  }
}
