package dev.fovea.runtime;

import dev.fovea.kernel.Alignment;
import dev.fovea.kernel.Span;

/**
 * Working memory of a run.
 *
 * @param arena where its steps' operands lie, from the beginning of its array
 * @param scratch the caller's own memory for a step
 */
record Memory(Span arena, Span scratch) {
  /**
   * Returns new memory of so many floats: in one array, which is more often so large that it begins
   * on a line of the cache.
   */
  static Memory of(int arena, int scratch) {
    long at = Alignment.next(arena);
    if (at + scratch > Alignment.LAST) {
      return new Memory(Span.of(new float[arena]), Span.of(new float[scratch]));
    }
    float[] both = new float[(int) at + scratch];
    return new Memory(new Span(both, 0, arena), new Span(both, (int) at, scratch));
  }
}
