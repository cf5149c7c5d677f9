package dev.fovea.cli;

import dev.fovea.io.Json;
import dev.fovea.io.Text;
import dev.fovea.io.TextFile;
import dev.fovea.tensor.FoveaException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** Reads what other tools made of a network: CSV or JSON with name, accuracy, bytes and ms. */
final class PeerForms {
  private static final int MOST = 1_000_000;
  private static final List<String> COLUMNS = List.of("name", "accuracy", "bytes", "ms");

  private PeerForms() {}

  /**
   * Reads a file.
   *
   * @throws FoveaException if it is of another form, or a number is out of range
   */
  static List<ChartedForm> read(Path file) {
    String text = TextFile.read(file, MOST).strip();
    return text.startsWith("[") ? json(text, file) : csv(text.lines().toList(), file);
  }

  private static List<ChartedForm> json(String text, Path file) {
    List<ChartedForm> forms = new ArrayList<>();
    for (Object row : Json.array(Json.parse(text, file.toString()), file.toString())) {
      String where = file + ": entry " + (forms.size() + 1);
      Map<String, String> cells = new LinkedHashMap<>();
      Json.object(row, where)
          .forEach((name, value) -> {
            if (value != Json.Null.NULL) {
              cells.put(name, String.valueOf(value));
            }
          });
      forms.add(form(cells, where));
    }
    return forms;
  }

  private static List<ChartedForm> csv(List<String> lines, Path file) {
    if (lines.isEmpty() || !lines.getFirst().strip().equals(String.join(",", COLUMNS))) {
      throw new FoveaException(
          "%s: line 1: \"%s\", expected the header %s, or a JSON array of objects"
              .formatted(
                  file,
                  lines.isEmpty() ? "" : Text.shown(lines.getFirst()),
                  String.join(",", COLUMNS)));
    }
    List<ChartedForm> forms = new ArrayList<>();
    for (int i = 1; i < lines.size(); i++) {
      String where = file + ": line " + (i + 1);
      String[] words = lines.get(i).split(",", -1);
      if (words.length != COLUMNS.size()) {
        throw new FoveaException(
            "%s: %s cells, expected %s".formatted(where, words.length, COLUMNS.size()));
      }
      Map<String, String> cells = new LinkedHashMap<>();
      for (int c = 0; c < words.length; c++) {
        cells.put(COLUMNS.get(c), words[c].strip());
      }
      forms.add(form(cells, where));
    }
    return forms;
  }

  private static ChartedForm form(Map<String, String> cells, String where) {
    String name = cells.getOrDefault("name", "");
    if (name.isEmpty()) {
      throw new FoveaException(where + ": no name");
    }
    OptionalDouble accuracy = number(cells, "accuracy", 1, where);
    return new ChartedForm(
        Text.oneLine(name),
        accuracy.orElseThrow(
            () -> new FoveaException(where + ": no accuracy, a number from 0 to 1 expected")),
        number(cells, "bytes", Long.MAX_VALUE, where),
        number(cells, "ms", 1e9, where),
        true);
  }

  private static OptionalDouble number(
      Map<String, String> cells, String name, double most, String where) {
    String text = cells.getOrDefault(name, "");
    if (text.isEmpty()) {
      return OptionalDouble.empty();
    }
    double value;
    try {
      value = Double.parseDouble(text);
    } catch (NumberFormatException e) {
      value = Double.NaN;
    }
    if (!(value >= 0 && value <= most)) {
      throw new FoveaException(
          "%s: %s \"%s\": a number from 0%s expected"
              .formatted(where, name, Text.shown(text), most == 1 ? " to 1" : ""));
    }
    return OptionalDouble.of(value);
  }
}
