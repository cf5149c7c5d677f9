package dev.fovea.systems.box;

import dev.fovea.op.Movement;
import dev.fovea.op.Value;
import java.util.List;

/** Joins values [.., 1] along the last axis. */
final class Columns {
  private Columns() {}

  /** Returns [.., columns]. */
  static Value of(Value... columns) {
    int axis = columns[0].shape().rank() - 1;
    return Value.of(new Movement.Concat(axis), List.of(columns));
  }
}
