package dev.fovea.train;

import dev.fovea.io.Text;
import dev.fovea.tensor.FoveaException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A history as comma-separated values: {@code
 * epoch,train_loss,train_accuracy,validation_loss,validation_accuracy,learning_rate,seconds}.
 *
 * <p>Numbers have a point and as many digits as bring the same number back. Cells of what was not
 * evaluated in an epoch are empty. Figures of the validation set alone have no column of training.
 */
final class HistoryCsv {
  private static final String EPOCH = "epoch";
  private static final String TRAIN = "train_";
  private static final String VALIDATION = "validation_";
  private static final String LOSS = "loss";
  private static final String RATE = "learning_rate";
  private static final String SECONDS = "seconds";

  /** The columns of figures besides the losses. */
  private record Columns(List<String> train, List<String> validation) {
    static Columns of(History history) {
      List<String> train = names(history.epochs().stream().map(History.Epoch::train));
      List<Scores> validated =
          history.epochs().stream().flatMap(e -> e.validation().stream()).toList();
      return new Columns(train, validated.isEmpty() ? train : names(validated.stream()));
    }

    /** Returns all names: a training that an earlier version began may tell more since. */
    private static List<String> names(Stream<Scores> scores) {
      return scores.flatMap(s -> s.metrics().keySet().stream()).distinct().toList();
    }

    /** Returns the columns of a line of names, if it is one. */
    static Columns parse(List<String> names) {
      return new Columns(metrics(names, TRAIN), metrics(names, VALIDATION));
    }

    private static List<String> metrics(List<String> names, String part) {
      return names.stream()
          .filter(n -> n.startsWith(part) && !n.equals(part + LOSS))
          .map(n -> n.substring(part.length()))
          .toList();
    }

    List<String> header() {
      List<String> names = new ArrayList<>(List.of(EPOCH, TRAIN + LOSS));
      train.forEach(m -> names.add(TRAIN + m));
      names.add(VALIDATION + LOSS);
      validation.forEach(m -> names.add(VALIDATION + m));
      names.addAll(List.of(RATE, SECONDS));
      return names;
    }
  }

  private HistoryCsv() {}

  static String write(History history) {
    Columns columns = Columns.of(history);
    StringBuilder s = new StringBuilder(String.join(",", columns.header())).append('\n');
    for (History.Epoch e : history.epochs()) {
      s.append(e.number());
      append(s, Optional.of(e.train()), columns.train);
      append(s, e.validation(), columns.validation);
      s.append(',').append(e.learningRate()).append(',').append(e.seconds()).append('\n');
    }
    return s.toString();
  }

  private static void append(StringBuilder s, Optional<Scores> scores, List<String> metrics) {
    s.append(',');
    scores.ifPresent(x -> s.append(x.loss()));
    for (String m : metrics) {
      s.append(',');
      scores.map(x -> x.metrics().get(m)).ifPresent(s::append);
    }
  }

  static History read(String text, String source) {
    List<String> lines = text.lines().toList();
    List<String> names = lines.isEmpty() ? List.of() : List.of(lines.get(0).split(",", -1));
    Columns columns = Columns.parse(names);
    if (!names.equals(columns.header())) {
      throw new FoveaException(
          "%s: line 1: the header of a history of training expected, got \"%s\""
              .formatted(source, Text.shown(String.join(",", names))));
    }
    List<History.Epoch> epochs = new ArrayList<>();
    for (int i = 1; i < lines.size(); i++) {
      String[] cells = lines.get(i).split(",", -1);
      String where = source + ": line " + (i + 1);
      if (cells.length != names.size()) {
        throw new FoveaException(
            where + ": has " + cells.length + " cells, " + names.size() + " expected");
      }
      epochs.add(epoch(cells, columns, where));
    }
    return new History(epochs);
  }

  private static History.Epoch epoch(String[] cells, Columns columns, String where) {
    int validation = 2 + columns.train.size();
    int rate = validation + 1 + columns.validation.size();
    boolean validated = !cells[validation].isEmpty();
    return new History.Epoch(
        (int) number(cells[0], where),
        scores(cells, 1, columns.train, where),
        validated
            ? Optional.of(scores(cells, validation, columns.validation, where))
            : Optional.empty(),
        number(cells[rate], where),
        number(cells[rate + 1], where));
  }

  private static Scores scores(String[] cells, int at, List<String> metrics, String where) {
    Map<String, Double> values = new LinkedHashMap<>();
    for (int i = 0; i < metrics.size(); i++) {
      String cell = cells[at + 1 + i];
      if (!cell.isEmpty()) {
        values.put(metrics.get(i), number(cell, where));
      }
    }
    return new Scores(number(cells[at], where), values);
  }

  private static double number(String cell, String where) {
    try {
      return Double.parseDouble(cell);
    } catch (NumberFormatException e) {
      throw new FoveaException(where + ": \"" + cell + "\" is not a number", e);
    }
  }
}
