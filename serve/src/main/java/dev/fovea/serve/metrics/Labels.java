package dev.fovea.serve.metrics;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What tells the series of one metric from each other.
 *
 * @param names such as {@code model}
 * @param values such as {@code lenet5}
 */
record Labels(List<String> names, List<String> values) {
  /** Returns the labels in the form {@code {model="lenet5"}}; nothing for none. */
  String text() {
    return text("");
  }

  /** Returns the labels and one more pair that is written already, such as {@code le="1"}. */
  String text(String more) {
    String pairs =
        IntStream.range(0, names.size())
            .mapToObj(i -> names.get(i) + "=\"" + escaped(values.get(i)) + "\"")
            .collect(Collectors.joining(","));
    String all = pairs.isEmpty() || more.isEmpty() ? pairs + more : pairs + "," + more;
    return all.isEmpty() ? "" : "{" + all + "}";
  }

  private static String escaped(String value) {
    return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }
}
