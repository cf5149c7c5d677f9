package dev.fovea.engine.compile;

import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import java.util.List;

/**
 * A compiled graph: kernels in order, with a place for every value. It never changes.
 *
 * @param prologue the steps that compute what is fixed; run when the parameters have changed
 * @param steps the steps of every run
 * @param fixed the values that stay between runs: constants, and what the prologue computes
 * @param inputs where each input is copied to before a run; nowhere if nothing reads it
 * @param results where each result lies after a run
 * @param gradients what is copied after a run: gradients that share memory with other values
 * @param updates what is copied when parameters take their next values
 * @param sizes how much memory is needed
 */
public record Program(
    List<Step> prologue,
    List<Step> steps,
    List<Value> fixed,
    List<Port> inputs,
    List<Port> results,
    List<Copy> gradients,
    List<Copy> updates,
    Sizes sizes) {

  /** Copies the lists. */
  public Program {
    prologue = List.copyOf(prologue);
    steps = List.copyOf(steps);
    fixed = List.copyOf(fixed);
    inputs = List.copyOf(inputs);
    results = List.copyOf(results);
    gradients = List.copyOf(gradients);
    updates = List.copyOf(updates);
  }

  /** An input or a result: its shape and where it lies. */
  public record Port(Shape shape, Place place) {}

  /** A copy from one place to another of the same length. */
  public record Copy(Place from, Place to) {}

  /**
   * An amount of memory.
   *
   * @param floats the length of an array of floats
   * @param bytes the length of an array of bytes beside it
   */
  public record Size(int floats, int bytes) {
    /** Returns how many bytes both take. */
    public long total() {
      return (long) Float.BYTES * floats + bytes;
    }
  }

  /**
   * How much memory is needed.
   *
   * @param arena working memory of a run
   * @param prologueArena working memory of the prologue
   * @param scratch how many floats each worker needs
   * @param zeros how many elements an arena begins with that are zeros
   */
  public record Sizes(Size arena, Size prologueArena, int scratch, int zeros) {}
}
