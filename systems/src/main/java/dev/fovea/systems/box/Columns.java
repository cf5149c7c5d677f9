package dev.fovea.systems.box;

import dev.fovea.op.Movement;
import dev.fovea.op.Value;
import java.util.List;

/** Values [.., 1] side by side. */
final class Columns {
  private Columns() {}

  /** Returns [.., columns]. */
  static Value of(Value... columns) {
    int axis = columns[0].shape().rank() - 1;
    return Value.of(new Movement.Concat(axis), List.of(columns));
  }
}
