package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.train.History;
import dev.fovea.train.Metrics;
import dev.fovea.train.Scores;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Which epoch's parameters are saved, and that its figures are told. */
final class StoppingTest {
  @WorkingFolder private Path folder;

  /** Returns a history whose losses and accuracies fall alike. */
  private static History history(double... losses) {
    List<Scores> scores =
        DoubleStream.of(losses).mapToObj(l -> new Scores(l, Map.of("accuracy", l))).toList();
    Scores train = new Scores(1, Map.of());
    return new History(
        List.of(
            new History.Epoch(1, train, Optional.of(scores.get(0)), 0.1, 2),
            new History.Epoch(2, train, Optional.of(scores.get(1)), 0.1, 2),
            new History.Epoch(3, train, Optional.of(scores.get(2)), 0.1, 2)));
  }

  private static int saved(History history, String... options) {
    return CommandLine.populateCommand(new Stopping(), options)
        .saved(history, List.of(Metrics.accuracy()), List.of())
        .number();
  }

  @Test
  void bestEpochIsSavedOnlyIfAskedFor() {
    History fallen = history(0.3, 0.2, 0.4);
    assertThat(saved(fallen)).isEqualTo(3);
    assertThat(saved(fallen, "--patience=1")).isEqualTo(3);
    assertThat(saved(fallen, "--best")).isEqualTo(2);
    assertThat(saved(fallen, "--best", "--watch=accuracy")).isEqualTo(3);
    assertThat(saved(history(0.4, 0.4, 0.4), "--best")).isEqualTo(1);
    assertThat(saved(history(Double.NaN, Double.NaN, Double.NaN), "--best")).isEqualTo(3);
  }

  /** Nothing is learned at such a rate, so that the first epoch stays the best. */
  @Test
  void figuresAreThoseOfTheSavedEpoch() {
    String[] train = {
      "train", "lenet-like", "--limit=16", "--epochs=3", "--lr=1e-30", "--best", "--json"
    };
    Map<String, Object> result = Command.in(folder).succeeds(train).lastJson();
    assertThat(result).containsEntry("saved_epoch", 1L).containsEntry("epochs", 3L);
    train[train.length - 1] = "--out=text";
    assertThat(Command.in(folder).succeeds(train).text())
        .containsPattern("test accuracy .* loss .* of epoch 1, which is saved, after 3 epochs in");
  }
}
