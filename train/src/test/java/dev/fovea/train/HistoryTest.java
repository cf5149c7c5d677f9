package dev.fovea.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.tensor.FoveaException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated("it sets the default locale for a moment")
final class HistoryTest {
  private static final History HISTORY =
      new History(
          List.of(
              new History.Epoch(
                  1, new Scores(1 / 3.0, Map.of("accuracy", 0.1)), Optional.empty(), 1e-3, 1.5),
              new History.Epoch(
                  2,
                  new Scores(0.25, Map.of("accuracy", 0.75)),
                  Optional.of(new Scores(Double.NaN, Map.of("accuracy", 0.5))),
                  1e-30,
                  12345.678)));

  @Test
  void csvHasALinePerEpoch() {
    assertThat(HISTORY.toCsv())
        .isEqualTo(
            """
            epoch,train_loss,train_accuracy,validation_loss,validation_accuracy,learning_rate,seconds
            1,0.3333333333333333,0.1,,,0.001,1.5
            2,0.25,0.75,NaN,0.5,1.0E-30,12345.678
            """);
  }

  /** As of a training that an earlier version began, which told less. */
  @Test
  void columnsAreThoseOfAllEpochs() {
    History grown =
        new History(
            List.of(
                new History.Epoch(1, new Scores(3, Map.of()), Optional.empty(), 0.1, 1),
                new History.Epoch(
                    2,
                    new Scores(2, Map.of("loss_boxes", 1.5)),
                    Optional.of(new Scores(4, Map.of("ap", 0.5))),
                    0.1,
                    1)));
    assertThat(grown.toCsv())
        .isEqualTo(
            """
            epoch,train_loss,train_loss_boxes,validation_loss,validation_ap,learning_rate,seconds
            1,3.0,,,,0.1,1.0
            2,2.0,1.5,4.0,0.5,0.1,1.0
            """);
    assertThat(History.ofCsv(grown.toCsv(), "x")).isEqualTo(grown);
  }

  @Test
  void csvDoesNotDependOnTheLocale() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.GERMANY);
      assertThat(HISTORY.toCsv()).contains("12345.678\n");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void readingBringsBackEveryBit(@TempDir Path dir) {
    Path file = dir.resolve("history.csv");
    HISTORY.write(file);
    assertThat(History.read(file)).isEqualTo(HISTORY);
    History empty = new History(List.of());
    assertThat(History.ofCsv(empty.toCsv(), "x")).isEqualTo(empty);
  }

  @Test
  void textThatIsNoHistoryIsRefused() {
    refused("", "x: line 1: the header of a history of training expected, got \"\"");
    refused("a,b\n1,2\n", "x: line 1: the header of a history of training expected, got \"a,b\"");
    String head = "epoch,train_loss,validation_loss,learning_rate,seconds\n";
    refused(head + "1,2,3\n", "x: line 2: has 3 cells, 5 expected");
    refused(head + "1,two,,1,1\n", "x: line 2: \"two\" is not a number");
  }

  private static void refused(String text, String message) {
    assertThatThrownBy(() -> History.ofCsv(text, "x"))
        .isInstanceOf(FoveaException.class)
        .hasMessage(message);
  }
}
