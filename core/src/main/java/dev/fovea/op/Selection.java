package dev.fovea.op;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An op that chooses by comparing: the largest numbers, the boxes that stay, and the rows that were
 * chosen. No gradient flows to a choice, but it flows to the rows that are taken.
 *
 * <p>Of equal numbers the first comes first; what is not a number comes last.
 */
public sealed interface Selection extends Op {
  /** Up to here floats hold each whole number. */
  int EXACT = 1 << 24;

  /**
   * Where the largest numbers of each row are, the largest first: [.., n] ↦ [.., count].
   *
   * @param count how many, at most n
   */
  record Largest(int count) implements Selection {
    @Override
    public String name() {
      return "largest";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      Rules.count(this, inputs, 1);
      Shape x = inputs.get(0);
      Rules.check(
          x.rank() > 0 && count >= 1 && count <= x.dim(-1),
          this,
          "needs at least " + count + " numbers a row",
          inputs);
      return x.withDim(-1, count);
    }
  }

  /**
   * Which boxes of each class stay when those go that overlap a better one too much: (boxes [N, K,
   * 4], scores [N, classes, K]) ↦ [N, classes, K], 1 for one that stays and 0 for others
   * (non-maximum suppression).
   *
   * <p>The boxes of a class are gone through by falling score, as far as scores are above {@code
   * score}; a box stays unless its IoU with one that stayed is above {@code overlap}. Boxes are
   * left, top, right and bottom.
   *
   * @param overlap the IoU above which the lower of two goes
   * @param score the score that a box must be above
   * @param most how many boxes of a class stay at most
   */
  record Suppress(float overlap, float score, int most) implements Selection {
    /**
     * Checks the numbers.
     *
     * @throws FoveaException if the overlap is not in 0 … 1 or no box may stay
     */
    public Suppress {
      if (!(overlap >= 0 && overlap <= 1) || most < 1) {
        throw new FoveaException(
            "suppress: need an overlap of 0 … 1 and at least 1 box, got %s and %s"
                .formatted(overlap, most));
      }
    }

    @Override
    public String name() {
      return "suppress";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      Rules.count(this, inputs, 2);
      Rules.rank(this, inputs, 0, 3, "N, K, 4");
      Rules.rank(this, inputs, 1, 3, "N, classes, K");
      Shape boxes = inputs.get(0);
      Shape scores = inputs.get(1);
      boolean agree =
          boxes.dim(2) == 4 && boxes.dim(0) == scores.dim(0) && boxes.dim(1) == scores.dim(2);
      Rules.check(agree, this, "needs boxes [N, K, 4] and scores [N, classes, K]", inputs);
      return scores;
    }
  }

  /**
   * Rows of each sample by their numbers: (rows [N, K, D], numbers [N, R]) ↦ [N, R, D].
   *
   * <p>A number outside 0 … K − 1 gives a row of zeros. No gradient flows to the numbers.
   */
  record Take() implements Selection {
    @Override
    public String name() {
      return "take";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      Rules.count(this, inputs, 2);
      Rules.rank(this, inputs, 0, 3, "N, K, D");
      Rules.rank(this, inputs, 1, 2, "N, R");
      Shape rows = inputs.get(0);
      Shape numbers = inputs.get(1);
      Rules.check(rows.dim(0) == numbers.dim(0), this, "needs numbers for each sample", inputs);
      return Shape.of(rows.dim(0), numbers.dim(1), rows.dim(2));
    }

    /** Each row's gradient goes to where it was taken from, over the rows of all samples. */
    @Override
    public List<@Nullable Value> gradient(Value y, Value dy) {
      Shape rows = y.input(0).shape();
      int n = rows.dim(0);
      int k = rows.dim(1);
      if ((long) n * k > EXACT) {
        throw new FoveaException(
            "take: the gradient of %s rows in %s samples is beyond the whole numbers of floats; use a smaller batch"
                .formatted(k, n));
      }
      Value numbers = y.input(1);
      Value inside =
          numbers
              .with(BinaryFunction.GREATER, Value.constant(-1))
              .times(Value.constant(k).with(BinaryFunction.GREATER, numbers));
      Tensor first = Tensor.zeros(Shape.of(n, 1));
      for (int i = 0; i < n; i++) {
        first.data()[i] = i * k + 1;
      }
      // What is outside becomes −1, which is no row.
      Value all = numbers.plus(Value.constant(first)).times(inside).minus(Value.constant(1));
      Value sum = Value.of(new Sampling.ScatterAdd(n * k), all, dy);
      return Gradients.of(sum.reshape(rows), null);
    }
  }

  @Override
  default List<@Nullable Value> gradient(Value y, Value dy) {
    return Gradients.none(y);
  }
}
