package dev.fovea.formats.weights;

import dev.fovea.io.Text;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/**
 * The tensors of a file of weights alone.
 *
 * @param tensors those that were read, by name, in the order of the file
 * @param unread why others were not read, by name
 */
public record NamedTensors(Map<String, Tensor> tensors, Map<String, String> unread) {
  /** What wrappers for training, and networks that hold another one, put before every name. */
  private static final List<String> PREFIXES =
      List.of("module.", "_orig_mod.", "model.", "net.", "network.", "backbone.");

  private static final int SHOWN = 3;

  /** Copies the maps. */
  public NamedTensors {
    tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    unread = Collections.unmodifiableMap(new LinkedHashMap<>(unread));
  }

  /** Returns the shapes of the tensors that were read, by name. */
  public Map<String, Shape> shapes() {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    tensors.forEach((name, t) -> shapes.put(name, t.shape()));
    return shapes;
  }

  /** Returns these tensors without the words that stand before every name. */
  public NamedTensors withoutPrefix() {
    return new NamedTensors(withoutPrefix(tensors, t -> t.shape().rank()), unread);
  }

  /**
   * Returns tensors by their names without the words that wrappers put before every name. Single
   * numbers need not have them: a wrapper may count by such a number beside the weights.
   */
  public static <T> Map<String, T> withoutPrefix(Map<String, T> tensors, ToIntFunction<T> rank) {
    for (String prefix : PREFIXES) {
      boolean some = tensors.keySet().stream().anyMatch(n -> n.startsWith(prefix));
      boolean all =
          tensors.entrySet().stream()
              .allMatch(e -> e.getKey().startsWith(prefix) || rank.applyAsInt(e.getValue()) == 0);
      if (some && all) {
        Map<String, T> shorter = new LinkedHashMap<>();
        tensors.forEach(
            (n, t) -> shorter.put(n.startsWith(prefix) ? n.substring(prefix.length()) : n, t));
        return withoutPrefix(shorter, rank);
      }
    }
    return tensors;
  }

  /** Returns the end of a message that lists what was not read; empty where everything was. */
  public String unreadText() {
    return unread.isEmpty() ? "" : "; " + listed(unread);
  }

  /** Returns a text that lists the first of what was not read. */
  public static String listed(Map<String, String> unread) {
    List<String> first =
        unread.entrySet().stream()
            .limit(SHOWN)
            .map(e -> Text.shown(e.getKey()) + " " + e.getValue())
            .toList();
    int more = unread.size() - first.size();
    return "not read: " + String.join(", ", first) + (more > 0 ? " and " + more + " more" : "");
  }
}
