package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.train.History;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Losses of any magnitude are drawn: labels of an axis differ from each other. */
final class HistoryPlotTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "1473.5, 6.7e27",
    "2.3, 0.1",
    "1e-7, 3e-9",
    "0, 0",
    "123456.7, 123456.8",
    "1e6, 1e6",
    "3e7, NaN"
  })
  void lossesOfAnyMagnitude(String train, String validation) throws Exception {
    String csv =
        """
        epoch,train_loss,train_accuracy,validation_loss,validation_accuracy,learning_rate,seconds
        1,%s,0.145,%s,0.09,0.032,2.4
        2,%s,0.2,%s,0.1,0.032,2.4
        """
            .formatted(train, validation, validation.replace("NaN", "1"), train);
    Path file = folder.resolve("history.png");
    HistoryPlot.write(file, "losses", History.ofCsv(csv, "history.csv"));
    assertThat(ImageIO.read(file.toFile()).getWidth()).isGreaterThan(100);
  }
}
