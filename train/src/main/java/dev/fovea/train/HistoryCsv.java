package dev.fovea.train;

import dev.fovea.tensor.FoveaException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A history as comma-separated values: {@code
 * epoch,train_loss,train_accuracy,validation_loss,validation_accuracy,learning_rate,seconds}.
 *
 * <p>Numbers have a point and as many digits as bring the same number back. Cells of what was not
 * evaluated are empty.
 */
final class HistoryCsv {
  private static final String TRAIN = "train_";
  private static final String VALIDATION = "validation_";
  private static final String LOSS = "loss";

  private HistoryCsv() {}

  static String write(History history) {
    List<String> metrics =
        history.epochs().isEmpty()
            ? List.of()
            : List.copyOf(history.epochs().get(0).train().metrics().keySet());
    StringBuilder s = new StringBuilder(String.join(",", header(metrics))).append('\n');
    for (History.Epoch e : history.epochs()) {
      s.append(e.number());
      append(s, Optional.of(e.train()), metrics);
      append(s, e.validation(), metrics);
      s.append(',').append(e.learningRate()).append(',').append(e.seconds()).append('\n');
    }
    return s.toString();
  }

  private static void append(StringBuilder s, Optional<Scores> scores, List<String> metrics) {
    s.append(',');
    scores.ifPresent(x -> s.append(x.loss()));
    for (String m : metrics) {
      s.append(',');
      scores.ifPresent(x -> s.append(x.metric(m)));
    }
  }

  static History read(String text, String source) {
    List<String> lines = text.lines().toList();
    List<String> names = lines.isEmpty() ? List.of() : List.of(lines.get(0).split(",", -1));
    int metrics = (names.size() - 5) / 2;
    if (names.size() < 5 || !names.equals(header(metricNames(names, metrics)))) {
      throw new FoveaException(source + ": line 1: is no header of a history of training");
    }
    List<String> known = metricNames(names, metrics);
    List<History.Epoch> epochs = new ArrayList<>();
    for (int i = 1; i < lines.size(); i++) {
      String[] cells = lines.get(i).split(",", -1);
      String where = source + ": line " + (i + 1);
      if (cells.length != names.size()) {
        throw new FoveaException(
            where + ": has " + cells.length + " cells, " + names.size() + " expected");
      }
      epochs.add(epoch(cells, known, where));
    }
    return new History(epochs);
  }

  private static List<String> metricNames(List<String> names, int metrics) {
    return names.subList(2, 2 + Math.max(0, metrics)).stream()
        .map(n -> n.startsWith(TRAIN) ? n.substring(TRAIN.length()) : n)
        .toList();
  }

  private static List<String> header(List<String> metrics) {
    List<String> names = new ArrayList<>(List.of("epoch"));
    for (String part : List.of(TRAIN, VALIDATION)) {
      names.add(part + LOSS);
      metrics.forEach(m -> names.add(part + m));
    }
    names.addAll(List.of("learning_rate", "seconds"));
    return names;
  }

  private static History.Epoch epoch(String[] cells, List<String> metrics, String where) {
    int width = metrics.size() + 1;
    boolean validated = !cells[1 + width].isEmpty();
    return new History.Epoch(
        (int) number(cells[0], where),
        scores(cells, 1, metrics, where),
        validated ? Optional.of(scores(cells, 1 + width, metrics, where)) : Optional.empty(),
        number(cells[1 + 2 * width], where),
        number(cells[2 + 2 * width], where));
  }

  private static Scores scores(String[] cells, int at, List<String> metrics, String where) {
    Map<String, Double> values = new LinkedHashMap<>();
    for (int i = 0; i < metrics.size(); i++) {
      values.put(metrics.get(i), number(cells[at + 1 + i], where));
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
