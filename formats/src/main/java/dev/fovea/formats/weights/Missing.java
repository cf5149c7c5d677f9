package dev.fovea.formats.weights;

import dev.fovea.io.Text;
import dev.fovea.tensor.FoveaException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The operators of a file that Fovea does not know, collected so that all are told at once. */
public final class Missing {
  private static final int SHOWN = 3;

  private final Map<String, List<String>> nodes = new LinkedHashMap<>();

  /** Notes a node of an operator that is not known. */
  public void add(String operator, String node) {
    nodes.computeIfAbsent(operator, o -> new ArrayList<>()).add(node);
  }

  /** Returns whether anything is missing. */
  public boolean isEmpty() {
    return nodes.isEmpty();
  }

  /** Returns whether this operator is missing. */
  public boolean has(String operator) {
    return nodes.containsKey(operator);
  }

  /**
   * Refuses the file if anything is missing.
   *
   * @throws FoveaException naming each missing operator and the nodes that need it
   */
  public void require(String source) {
    if (!nodes.isEmpty()) {
      throw new FoveaException(source + ": needs layers that are not known: " + text());
    }
  }

  /** Returns all operators, each with the nodes that need it. */
  public Map<String, List<String>> nodes() {
    return Collections.unmodifiableMap(nodes);
  }

  /** Returns all operators, each with the first nodes that need it. */
  public String text() {
    List<String> all = new ArrayList<>();
    nodes.forEach((operator, users) -> all.add(Text.shown(operator) + " (" + some(users) + ")"));
    return String.join(", ", all);
  }

  private static String some(List<String> names) {
    List<String> first = names.stream().limit(SHOWN).map(Text::shown).toList();
    int more = names.size() - first.size();
    return String.join(", ", first) + (more > 0 ? " and " + more + " more" : "");
  }
}
