package dev.fovea.op;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * Which layer each value comes from, kept beside the graph so that values themselves stay pure.
 *
 * <p>Errors, the summary and the search for a first NaN name values by it.
 */
public final class Paths {
  private final IdentityHashMap<Value, String> paths = new IdentityHashMap<>();

  /** Creates an empty record. */
  public Paths() {}

  /** Returns a copy that can grow on its own. */
  public Paths copy() {
    Paths p = new Paths();
    p.paths.putAll(paths);
    return p;
  }

  /** Returns the layer path of a value, empty if it has none. */
  public String of(Value value) {
    return paths.getOrDefault(value, "");
  }

  /**
   * Gives {@code value} and all values it is made of that have no path yet the path {@code path};
   * returns these values.
   */
  public List<Value> label(Value value, String path) {
    List<Value> labelled = new ArrayList<>();
    Deque<Value> open = new ArrayDeque<>();
    open.push(value);
    while (!open.isEmpty()) {
      Value v = open.pop();
      if (paths.putIfAbsent(v, path) == null) {
        labelled.add(v);
        v.inputs().forEach(open::push);
      }
    }
    return labelled;
  }

  /** Gives {@code copy} the path that {@code original} has. */
  public void carry(Value original, Value copy) {
    String path = paths.get(original);
    if (path != null) {
      label(copy, path);
    }
  }
}
