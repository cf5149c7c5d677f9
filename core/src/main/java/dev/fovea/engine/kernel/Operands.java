package dev.fovea.engine.kernel;

/**
 * Where the operands of one kernel lie.
 *
 * @param inputs one stretch per input of the op, in order
 * @param output where the result goes; disjoint from the inputs but those that {@link
 *     Footprint#inPlace} names
 * @param workspace memory shared by the tasks of the run
 */
@SuppressWarnings("ArrayRecordComponent") // compared by identity on purpose, never used as a key
public record Operands(Span[] inputs, Span output, Span workspace) {
  /** Returns input {@code i}. */
  public Span input(int i) {
    return inputs[i];
  }
}
