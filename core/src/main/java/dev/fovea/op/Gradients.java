package dev.fovea.op;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Helpers with which gradient rules return the gradients of an op's inputs. */
final class Gradients {
  private Gradients() {}

  /** Returns one gradient per input, in order; {@code null} where none flows. */
  static List<@Nullable Value> of(@Nullable Value... gradients) {
    List<@Nullable Value> list = new ArrayList<>();
    for (Value g : gradients) {
      list.add(g);
    }
    return list;
  }

  /** Returns that no gradient flows to any input of {@code y}. */
  static List<@Nullable Value> none(Value y) {
    return of(new @Nullable Value[y.inputs().size()]);
  }
}
