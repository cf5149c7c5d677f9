package dev.fovea.cli;

import dev.fovea.io.Suggest;
import dev.fovea.io.Text;
import dev.fovea.tensor.FoveaException;
import dev.fovea.train.EarlyStopping;
import dev.fovea.train.Figure;
import dev.fovea.train.History;
import dev.fovea.train.Measure;
import dev.fovea.train.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say when a training ends early, and which epoch's parameters are saved. */
final class Stopping {
  @Option(
      names = "--patience",
      paramLabel = "N",
      description =
          "Stop after N epochs in a row in which the watched figure got no better; the parameters"
              + " of the last epoch are saved unless --best is given.")
  private @Nullable Integer patience;

  @Option(
      names = "--best",
      description = "Save the parameters of the epoch with the best watched figure.")
  private boolean best;

  @Option(
      names = "--watch",
      paramLabel = "FIGURE",
      description =
          "The figure of the test part that --patience and --best watch: loss (the default) or"
              + " another column of the history, such as accuracy, ap50, mask_ap50, iou or pck.")
  private @Nullable String watched;

  /**
   * Checks what can be checked before data are read.
   *
   * @throws FoveaException if a value is out of range, or nothing watches the figure
   */
  void require() {
    if (patience != null) {
      Range.atLeast("--patience", patience, 1);
    }
    if (watched != null && !isChosen()) {
      throw new FoveaException("--watch: needs --patience or --best");
    }
  }

  /** Returns whether a figure decides when the training ends or which epoch is saved. */
  boolean isChosen() {
    return patience != null || best;
  }

  /**
   * Returns what watches a training, if anything does.
   *
   * @throws FoveaException if the figure is not measured
   */
  Optional<EarlyStopping> callback(List<Metric> metrics, List<Measure> measures) {
    if (!isChosen()) {
      return Optional.empty();
    }
    int epochs = patience == null ? Integer.MAX_VALUE : patience;
    return Optional.of(new EarlyStopping(epochs, 0, figure(metrics, measures), best));
  }

  /**
   * Returns the epoch whose parameters are saved: the best if that was asked for, else the last.
   *
   * @throws IllegalStateException if there is none
   */
  History.Epoch saved(History history, List<Metric> metrics, List<Measure> measures) {
    return callback(metrics, measures)
        .filter(EarlyStopping::restoresBest)
        .flatMap(e -> e.best(history))
        .or(history::last)
        .orElseThrow(() -> new IllegalStateException("no epoch was trained"));
  }

  private Figure figure(List<Metric> metrics, List<Measure> measures) {
    List<Figure> all = new ArrayList<>(List.of(Figure.LOSS));
    metrics.forEach(m -> all.add(Figure.of(m)));
    measures.forEach(m -> m.names().forEach(name -> all.add(Figure.of(m, name))));
    String name = watched == null ? Figure.LOSS.name() : watched;
    List<String> names = all.stream().map(Figure::name).toList();
    return all.stream()
        .filter(f -> f.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new FoveaException(
                "--watch \"%s\": not measured%s"
                    .formatted(Text.shown(name), Suggest.hint(name, names))));
  }

  /** Adds what was chosen to the settings that are saved with the model. */
  void put(Map<String, Object> fields) {
    if (patience != null) {
      fields.put("patience", patience);
    }
    if (best) {
      fields.put("best", true);
    }
    if (watched != null) {
      fields.put("watch", watched);
    }
  }
}
