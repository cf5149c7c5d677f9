package dev.fovea.nn;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/**
 * The result of matching a network's parameters with named tensors.
 *
 * @param matched the names that both have with the same shape
 * @param reshaped the names that both have with different shapes; the value names both shapes
 * @param missing the names that only the network has
 * @param unknown the names that only the tensors have
 */
public record WeightMatch(
    List<String> matched,
    Map<String, String> reshaped,
    List<String> missing,
    List<String> unknown) {
  private static final int SHOWN = 10;

  /** Copies the lists. */
  public WeightMatch {
    matched = List.copyOf(matched);
    reshaped = Collections.unmodifiableMap(new LinkedHashMap<>(reshaped));
    missing = List.copyOf(missing);
    unknown = List.copyOf(unknown);
  }

  static WeightMatch of(Parameters parameters, Map<String, Tensor> tensors) {
    List<String> matched = new ArrayList<>();
    Map<String, String> reshaped = new LinkedHashMap<>();
    List<String> missing = new ArrayList<>();
    for (Parameters.Parameter p : parameters.all()) {
      Tensor t = tensors.get(p.name());
      if (t == null) {
        missing.add(p.name());
      } else if (t.shape().equals(p.shape())) {
        matched.add(p.name());
      } else {
        reshaped.put(p.name(), t.shape() + " instead of " + p.shape());
      }
    }
    List<String> unknown =
        new TreeSet<>(tensors.keySet()).stream().filter(n -> !parameters.contains(n)).toList();
    return new WeightMatch(matched, reshaped, missing, unknown);
  }

  /** Returns whether all names and shapes are the same. */
  public boolean isComplete() {
    return reshaped.isEmpty() && missing.isEmpty() && unknown.isEmpty();
  }

  /** Gives parameters the values of the tensors that match; nothing if a number is not finite. */
  void apply(String source, Parameters parameters, Map<String, Tensor> tensors) {
    for (String name : matched) {
      requireFinite(source, name, Objects.requireNonNull(tensors.get(name)).data());
    }
    matched.forEach(n -> parameters.set(n, Objects.requireNonNull(tensors.get(n))));
  }

  private static void requireFinite(String source, String name, float... values) {
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new FoveaException(
            "%s: %s holds a %s at %s; the training diverged or the file is damaged"
                .formatted(source, name, values[i], i));
      }
    }
  }

  /** Returns one line about what did not match, with at most ten names of each kind. */
  public String misfits() {
    List<String> parts = new ArrayList<>();
    add(
        parts,
        "other shapes ",
        reshaped.entrySet().stream().map(e -> e.getKey() + " " + e.getValue()).toList());
    add(parts, "missing ", missing);
    add(parts, "unknown ", unknown);
    return parts.isEmpty() ? "nothing" : String.join("; ", parts);
  }

  private static void add(List<String> parts, String what, List<String> names) {
    if (!names.isEmpty()) {
      int more = names.size() - SHOWN;
      String rest = more > 0 ? " and " + more + " more" : "";
      parts.add(what + String.join(", ", names.subList(0, Math.min(SHOWN, names.size()))) + rest);
    }
  }

  /** Returns one line with the number of parameters that matched and {@link #misfits}. */
  @Override
  public String toString() {
    int all = matched.size() + reshaped.size() + missing.size();
    return matched.size()
        + " of "
        + all
        + " parameters matched"
        + (isComplete() ? "" : "; " + misfits());
  }
}
