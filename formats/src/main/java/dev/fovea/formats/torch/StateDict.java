package dev.fovea.formats.torch;

import dev.fovea.formats.torch.PickleValue.Dict;
import dev.fovea.formats.torch.PickleValue.View;
import dev.fovea.formats.weights.NamedTensors;
import dev.fovea.io.Text;
import dev.fovea.tensor.FoveaException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The tensors by name in what a file of PyTorch holds: a state dict, a checkpoint that holds one
 * among other things, or a whole module.
 *
 * @param views the tensors, their names without what wrappers put before all of them
 * @param unread what stands among them and is no tensor that is read, with the reason
 */
record StateDict(Map<String, View> views, Map<String, String> unread) {
  /** The keys of checkpoints under which weights are, the likeliest first. */
  private static final List<String> USUAL =
      List.of(
          "state_dict",
          "model_state_dict",
          "model_state",
          "model",
          "module",
          "net",
          "network",
          "weights",
          "params",
          "params_ema",
          "state_dict_ema",
          "ema_state_dict",
          "model_ema",
          "ema_model",
          "ema",
          "generator",
          "netG",
          "backbone");

  /** Parts of the keys of checkpoints under which a training's own tensors are. */
  private static final List<String> OF_TRAINING =
      List.of("optim", "sched", "scaler", "rng", "random", "callback", "loop", "hyper", "config");

  /** The dictionaries that hold a module's tensors and the modules in it. */
  private static final Set<String> MODULE_PARTS = Set.of("_parameters", "_buffers", "_modules");

  private static final int MAX_CHOICES = 8;
  private static final int MAX_DEPTH = 40;
  private static final int LONGEST_NAME = 1000;

  /**
   * Returns the tensors.
   *
   * @param unknown the classes and functions that the pickle asks for in vain, for the message
   * @throws FoveaException if there are none, or several sets of them
   */
  static StateDict of(PickleValue root, List<String> unknown) {
    Map<String, View> found = new LinkedHashMap<>();
    Map<String, String> unread = new LinkedHashMap<>();
    @Nullable Dict dict = root instanceof Dict d ? choose(d, 0) : null;
    if (dict != null) {
      new Collector(found, unread, new HashSet<>()).collect(dict, "", 0);
    }
    if (found.isEmpty()) {
      String names =
          unknown.isEmpty()
              ? ""
              : "; its pickle asks for "
                  + String.join(", ", unknown)
                  + "; only tensors and dictionaries of them are read, no code is run";
      throw new FoveaException("holds no tensors by name, as a state dict does" + names);
    }
    return new StateDict(
        NamedTensors.withoutPrefix(found, v -> v.shape().size()), Map.copyOf(unread));
  }

  /** Returns the dictionary of a checkpoint that holds the weights; null where there is none. */
  private static @Nullable Dict choose(Dict d, int depth) {
    Map<Object, PickleValue> entries = d.entries();
    long own = entries.values().stream().filter(StateDict::isArray).count();
    for (String name : USUAL) {
      if (depth < MAX_CHOICES && entries.get(name) instanceof Dict inner) {
        long inside = tensors(inner, new HashSet<>(), 0);
        @Nullable Dict chosen = inside == 0 || inside < own ? null : choose(inner, depth + 1);
        if (chosen != null) {
          return chosen;
        }
      }
    }
    if (own > 0 || isModule(d)) {
      return d;
    }
    List<String> candidates = candidates(d);
    if (candidates.size() > 1) {
      throw new FoveaException(
          "holds several sets of tensors, under %s; save the one that is wanted by itself: torch.save(checkpoint['%s'], FILE)"
              .formatted(String.join(", ", candidates), candidates.get(0)));
    }
    boolean deeper = !candidates.isEmpty() && depth < MAX_CHOICES;
    return deeper && entries.get(candidates.get(0)) instanceof Dict only
        ? choose(only, depth + 1)
        : scalars(d);
  }

  /** Returns the dictionary itself if it holds single numbers at least. */
  private static @Nullable Dict scalars(Dict d) {
    return d.entries().values().stream().anyMatch(View.class::isInstance) ? d : null;
  }

  /** Returns the keys below which tensors are that no optimiser or schedule keeps. */
  private static List<String> candidates(Dict d) {
    List<String> keys = new ArrayList<>();
    d.entries()
        .forEach((key, value) -> {
          String name = key.toString().toLowerCase(Locale.ROOT);
          boolean ofTraining = OF_TRAINING.stream().anyMatch(name::contains);
          boolean holds = value instanceof Dict inner && tensors(inner, new HashSet<>(), 0) > 0;
          if (key instanceof String s && holds && !ofTraining) {
            keys.add(Text.shown(s));
          }
        });
    return keys;
  }

  /** Returns whether a value is a tensor with axes; single numbers stand beside weights. */
  private static boolean isArray(PickleValue v) {
    return v instanceof View view && !view.shape().isEmpty();
  }

  private static boolean isModule(Dict d) {
    return d.entries().containsKey("_parameters") && d.entries().containsKey("_modules");
  }

  /**
   * Returns how many tensors are below a dictionary; one that is there several times counts once.
   */
  private static long tensors(Dict d, Set<Dict> seen, int depth) {
    if (depth > MAX_DEPTH || !seen.add(d)) {
      return 0;
    }
    long n = 0;
    for (PickleValue v : d.entries().values()) {
      n += v instanceof View ? 1 : v instanceof Dict inner ? tensors(inner, seen, depth + 1) : 0;
    }
    return n;
  }

  /** Gathers tensors under the names that the dictionaries around them make. */
  private record Collector(Map<String, View> found, Map<String, String> unread, Set<Dict> seen) {
    void collect(Dict d, String path, int depth) {
      if (depth > MAX_DEPTH || !seen.add(d)) {
        return;
      }
      boolean module = isModule(d);
      d.entries()
          .forEach((key, value) -> {
            boolean part = MODULE_PARTS.contains(key.toString());
            if (!module || part) {
              add(value, part ? path : path + key, module, depth);
            }
          });
    }

    private void add(PickleValue value, String name, boolean ofModule, int depth) {
      if (name.length() > LONGEST_NAME) {
        throw new FoveaException("a name of more than " + LONGEST_NAME + " characters");
      }
      if (value instanceof View v) {
        found.put(name, v);
      } else if (value instanceof Dict inner) {
        int before = found.size();
        collect(inner, ofModule || name.isEmpty() ? name : name + ".", depth + 1);
        if (before == found.size() && !inner.isPlain()) {
          unread.put(name, "made by " + Text.shown(inner.made()) + ", which is not run");
        }
      }
    }
  }
}
