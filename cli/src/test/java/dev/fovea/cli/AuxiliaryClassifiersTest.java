package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.data.Preprocessing;
import dev.fovea.engine.Engine;
import dev.fovea.nn.Losses;
import dev.fovea.nn.Model;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.vision.InputRule;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What the command makes of networks that have auxiliary classifiers, and of others. */
final class AuxiliaryClassifiersTest {
  private static final AuxiliaryClassifiers WITH = options();
  private static final AuxiliaryClassifiers WITHOUT = options("--no-auxiliary");

  private static AuxiliaryClassifiers options(String... args) {
    return CommandLine.populateCommand(new AuxiliaryClassifiers(), args);
  }

  private static ModelFile file(String net, int size) {
    Preprocessing rule = Preprocessing.scaled(Shape.of(size, size, 3));
    return new ModelFile(net, List.of("a", "b"), new InputRule(rule, false), "folder", "{}");
  }

  private static Model model(AuxiliaryClassifiers options, ModelFile file) {
    return options.model(file, Seed.of(1), Engine.shared());
  }

  /** The weights are those of the paper of GoogLeNet and of the code of Inception v3. */
  @Test
  void theirLossesCountAsPublished() {
    assertThat(WITH.objective(file("googlenet", 64), Losses.crossEntropy()).heads())
        .extracting(h -> h.weight())
        .containsExactly(1.0, 0.3, 0.3);
    assertThat(WITH.objective(file("inception-v3", 299), Losses.crossEntropy()).heads())
        .extracting(h -> h.weight())
        .containsExactly(1.0, 0.4);
    assertThat(WITHOUT.objective(file("googlenet", 64), Losses.crossEntropy()).heads()).hasSize(1);
    assertThat(WITH.objective(file("lenet5", 32), Losses.crossEntropy()).heads()).hasSize(1);
  }

  @Test
  void picturesThatAreTooSmallAreToldFromThoseTooSmallForAuxiliaries() {
    assertThat(model(WITHOUT, file("inception-v3", 96)).trace(1, true).outputs()).hasSize(1);
    assertThatThrownBy(() -> model(WITH, file("inception-v3", 96)))
        .isInstanceOf(FoveaException.class)
        .hasMessage(
            "inception-v3: pictures of 96×96×3 are too small for its auxiliary classifiers, the"
                + " usual ones are 299×299×3; --no-auxiliary leaves them out");
    assertThatThrownBy(() -> model(WITH, file("inception-v3", 20)))
        .hasMessage(
            "inception-v3: pictures of 20×20×3 are too small; the smallest that fit are 75x75");
  }
}
