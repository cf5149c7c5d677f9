package dev.fovea.formats.onnx.tensors;

import dev.fovea.formats.FormatException;

/**
 * What one reading of a file may cost: loops, functions and computations before the run all draw
 * from it, for each alone may be small and their product is not.
 */
public final class Budget {
  private static final long NODES = 1 << 18;
  private static final long ELEMENTS = 1 << 25;
  private static final long STEPS = 1 << 28;

  private long nodes;
  private long elements;
  private long steps;

  /** Takes nodes, turns of loops or weights that are walked over. */
  public void nodes(long count) {
    nodes += count;
    if (nodes > NODES) {
      throw new FormatException("unrolls to more than " + NODES + " nodes");
    }
  }

  /** Takes memory for elements that are computed before the run. */
  public void elements(long count) {
    elements += count;
    if (elements > ELEMENTS) {
      throw new FormatException("computes more than " + ELEMENTS + " numbers before the run");
    }
  }

  /** Takes steps of computation: so many numbers of so many steps each. */
  public void steps(long numbers, long each) {
    steps +=
        Math.multiplyHigh(numbers, each) != 0 ? STEPS + 1 : Math.min(numbers * each, STEPS + 1);
    if (steps > STEPS || steps < 0) {
      throw new FormatException("computes for more than " + STEPS + " steps before the run");
    }
  }
}
