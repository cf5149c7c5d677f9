package dev.fovea.apps.fewshot;

import dev.fovea.nn.Losses;
import dev.fovea.nn.Signal;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;

/** Prototypical networks: a class is told by the mean of its examples (Snell et al., 2017). */
public final class Prototypes {
  private Prototypes() {}

  /**
   * Returns the loss of an episode: of the rows behind the first {@code ways · shots}, the
   * cross-entropy of −‖row − prototype‖² of each class, where a prototype is the mean of a class's
   * first rows.
   *
   * @param embeddings [ways · (shots + queries), D], as {@link PictureClasses#episode} orders them
   * @throws FoveaException if there is no query
   */
  public static Signal loss(Signal embeddings, int ways, int shots) {
    int rows = embeddings.shape().dim(0);
    int width = embeddings.shape().dim(1);
    int queries = rows - ways * shots;
    if (queries < ways || rows % ways != 0) {
      throw new FoveaException(
          "prototypes: %s rows of %s classes with %s examples each leave no queries"
              .formatted(rows, ways, shots));
    }
    Value all = embeddings.value();
    Value examples = all.slice(0, 0, ways * shots).reshape(Shape.of(shots, ways, width));
    Value prototypes = examples.mean(0).reshape(Shape.of(1, ways, width));
    Value asked = all.slice(0, ways * shots, queries).reshape(Shape.of(queries, 1, width));
    Value off = asked.minus(prototypes);
    Value near = off.times(off).sum(2).reshape(Shape.of(queries, ways)).times(-1);
    Tensor labels = PictureClasses.labels(ways, queries / ways);
    return embeddings.with(Losses.crossEntropy().of(near, Value.constant(labels)));
  }

  /**
   * Returns the share of rows whose nearest example, by the Euclidean distance, is the right one.
   *
   * @param examples an embedding of each class [ways, D]
   * @param asked embeddings [Q, D]
   * @param answers the class of each
   */
  public static double accuracy(Tensor examples, Tensor asked, List<Integer> answers) {
    int hits = 0;
    for (int i = 0; i < answers.size(); i++) {
      hits += nearest(examples, asked, i) == answers.get(i) ? 1 : 0;
    }
    return (double) hits / answers.size();
  }

  /** Returns the row of the examples that is nearest to a row, the first of several. */
  public static int nearest(Tensor examples, Tensor asked, int row) {
    int width = examples.shape().dim(1);
    int best = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int e = 0; e < examples.shape().dim(0); e++) {
      double squares = 0;
      for (int j = 0; j < width; j++) {
        double d = (double) examples.get(e, j) - asked.get(row, j);
        squares += d * d;
      }
      if (squares < least) {
        least = squares;
        best = e;
      }
    }
    return best;
  }
}
