package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.tensor.FoveaException;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;

/** No option of predict is passed over in silence: a task takes it or refuses it. */
final class PredictTaskTest {
  private static final Path FILE = Path.of("net.onnx");

  private static PredictOptions options(PredictOption option) {
    String[] args =
        switch (option) {
          case TOP -> new String[] {"--top=2"};
          case INVERT -> new String[] {"--invert"};
          case RAW -> new String[] {"--raw"};
          case SCORE -> new String[] {"--score=0.5"};
          case FORMAT -> new String[] {"--format=coco"};
          case OVERLAY -> new String[] {"--overlay=o.png"};
          case BOXES -> new String[] {"--boxes=labels"};
          case VIEWS -> new String[] {"--tta=flip"};
          case TILES -> new String[] {"--tile=64"};
          case WINDOWS -> new String[] {"--windows=each"};
        };
    return parsed(args);
  }

  private static PredictOptions parsed(String... args) {
    PredictOptions options = new PredictOptions();
    new CommandLine(options).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(args);
    return options;
  }

  @ParameterizedTest
  @EnumSource(PredictTask.class)
  void everyOptionIsTakenOrRefused(PredictTask task) {
    task.require(parsed(), FILE);
    for (PredictOption option : PredictOption.values()) {
      PredictOptions given = options(option);
      if (task.takes().contains(option)) {
        assertThatCode(() -> task.require(given, FILE)).doesNotThrowAnyException();
      } else {
        assertThatThrownBy(() -> task.require(given, FILE))
            .isInstanceOf(FoveaException.class)
            .hasMessageMatching(option.text() + ": net.onnx [a-z ]+; see --out[-, a-z]*");
      }
    }
  }
}
