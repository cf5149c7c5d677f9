package dev.fovea.formats.torch;

import dev.fovea.formats.torch.PickleValue.Dict;
import dev.fovea.formats.torch.PickleValue.View;
import dev.fovea.tensor.FoveaException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the tensors by name in what a file of PyTorch holds. */
final class StateDict {
  private static final List<String> USUAL =
      List.of(
          "state_dict",
          "model_state_dict",
          "model",
          "net",
          "network",
          "weights",
          "params",
          "params_ema",
          "state_dict_ema");
  private static final List<String> PREFIXES = List.of("module.", "_orig_mod.", "model.", "net.");
  private static final int MAX_DEPTH = 8;
  private static final int LONGEST_NAME = 1000;

  private StateDict() {}

  /**
   * Returns the tensors by name.
   *
   * @throws FoveaException if there are none
   */
  static Map<String, View> of(PickleValue root) {
    Map<String, View> found = new LinkedHashMap<>();
    Dict dict = find(root, 0, new HashSet<>());
    if (dict != null) {
      collect(dict, "", found, new HashSet<>(), 0);
    }
    if (found.isEmpty()) {
      throw new FoveaException("holds no tensors by name, as a state dict does");
    }
    return withoutPrefix(found);
  }

  /** Returns the dictionary of a checkpoint that holds the weights. */
  private static @Nullable Dict find(PickleValue value, int depth, Set<Dict> seen) {
    // A dictionary may lie in another many times: each is looked into once.
    if (!(value instanceof Dict d) || depth > MAX_DEPTH || !seen.add(d)) {
      return null;
    }
    if (d.entries().values().stream().anyMatch(View.class::isInstance)) {
      return d;
    }
    for (String name : USUAL) {
      PickleValue inner = d.entries().get(name);
      Dict found = inner == null ? null : find(inner, depth + 1, seen);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private static void collect(
      Dict d, String path, Map<String, View> into, Set<Dict> seen, int depth) {
    d.entries()
        .forEach((key, value) -> {
          String name = path + key;
          if (name.length() > LONGEST_NAME) {
            throw new FoveaException("a name of more than " + LONGEST_NAME + " characters");
          }
          if (value instanceof View v) {
            into.put(name, v);
          } else if (value instanceof Dict inner && depth < MAX_DEPTH && seen.add(inner)) {
            collect(inner, name + ".", into, seen, depth + 1);
          }
        });
  }

  /** Wrappers that train put a word before every name. */
  private static Map<String, View> withoutPrefix(Map<String, View> tensors) {
    for (String prefix : PREFIXES) {
      if (tensors.keySet().stream().allMatch(n -> n.startsWith(prefix))) {
        Map<String, View> shorter = new LinkedHashMap<>();
        tensors.forEach((n, v) -> shorter.put(n.substring(prefix.length()), v));
        return withoutPrefix(shorter);
      }
    }
    return tensors;
  }
}
