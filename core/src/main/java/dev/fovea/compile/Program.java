package dev.fovea.compile;

import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;
import java.util.Map;

/**
 * A compiled graph: kernels in order, with a place for every value. It never changes.
 *
 * @param prologue the steps that compute what is fixed; run when the parameters have changed
 * @param steps the steps of every run
 * @param constants the tensors to be put into fixed memory once
 * @param inputs where each named input is copied to before a run
 * @param outputs where each named output lies after a run
 * @param outputShapes the shapes of the outputs, in their order
 * @param copies what is copied after a run: new running statistics, gradients that share memory
 * @param sizes how much memory is needed
 */
public record Program(
    List<Step> prologue,
    List<Step> steps,
    Map<Place, Tensor> constants,
    Map<String, Place> inputs,
    Map<String, Place> outputs,
    List<Shape> outputShapes,
    List<Copy> copies,
    Sizes sizes) {

  /** Copies both collections. */
  public Program {
    prologue = List.copyOf(prologue);
    steps = List.copyOf(steps);
    copies = List.copyOf(copies);
  }

  /** A copy from one place to another of the same length. */
  public record Copy(Place from, Place to) {}

  /**
   * Numbers of floats.
   *
   * @param arena working memory of a run
   * @param prologueArena working memory of the prologue
   * @param fixed memory that stays between runs
   * @param scratch memory each worker needs
   */
  public record Sizes(int arena, int prologueArena, int fixed, int scratch) {}
}
