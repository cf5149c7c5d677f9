package dev.fovea.data;

import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;

/**
 * Several samples stacked along a new first axis.
 *
 * <p>The tensors belong to the stream, which reuses them: they hold these samples until the next
 * call of {@link BatchStream#next()}.
 *
 * @param inputs the inputs [n, …] as a network gets them
 * @param targets the targets [n, …]; class labels [n]
 * @param size the number n of samples
 * @param index the number of the batch in its epoch, from 0
 */
public record Batch(List<Tensor> inputs, List<Tensor> targets, int size, int index) {
  /** Copies the lists. */
  public Batch {
    inputs = List.copyOf(inputs);
    targets = List.copyOf(targets);
  }

  /** Creates a batch of one input and one target. */
  public Batch(Tensor input, Tensor target, int size, int index) {
    this(List.of(input), List.of(target), size, index);
  }

  /** Returns the first input. */
  public Tensor input() {
    return inputs.get(0);
  }

  /** Returns the first target. */
  public Tensor target() {
    return targets.get(0);
  }

  /**
   * Returns how many boxes or tokens a sample has in a padded target.
   *
   * @param target the number of the target
   * @param sample the number of the sample in the batch
   */
  public int count(int target, int sample) {
    Shape shape = targets.get(target).shape();
    int rows = shape.dim(1);
    int row = shape.dropFirst().elements() / rows;
    int n = 0;
    while (n < rows && targets.get(target).data()[(sample * rows + n) * row] != Mark.PADDING) {
      n++;
    }
    return n;
  }
}
