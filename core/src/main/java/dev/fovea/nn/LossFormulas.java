package dev.fovea.nn;

import dev.fovea.op.Activation;
import dev.fovea.op.BinaryFunction;
import dev.fovea.op.Movement;
import dev.fovea.op.Normalization;
import dev.fovea.op.UnaryFunction;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.Arrays;

/** The formulas of losses on outputs y and targets t; each gives a number without axes. */
final class LossFormulas {
  /** Keeps logarithms, roots and quotients from 0. */
  static final float TINY = 1e-7f;

  private LossFormulas() {}

  static Value scalar(Value v) {
    return v.reshape(Shape.scalar());
  }

  /** Returns the mean over rows of −Σ t · log softmax(y). */
  static Value negativeLogLikelihood(Value y, Value t) {
    Value logs = Value.of(new Normalization.LogSoftmax(), y);
    return scalar(logs.times(t).sum().times(-1f / rows(y)));
  }

  /** Returns how many rows there are along the last axis. */
  private static int rows(Value y) {
    return y.shape().elements() / y.shape().dim(-1);
  }

  static Value oneHot(Value labels, int classes) {
    return Value.of(new Movement.OneHot(classes), labels);
  }

  /** Returns (1 − ε)·t + ε/classes for distributions t [.., classes]. */
  static Value smoothed(Value t, float epsilon) {
    return t.times(1 - epsilon).plus(Value.constant(epsilon / t.shape().dim(-1)));
  }

  /** Returns the mean over rows of Σ t · (log t − log softmax(y)); 0 · log 0 is 0. */
  static Value divergence(Value y, Value t) {
    Value log = t.with(BinaryFunction.MAX, Value.constant(TINY)).map(UnaryFunction.LOG);
    return scalar(t.times(log).sum().times(1f / rows(y))).plus(negativeLogLikelihood(y, t));
  }

  /** Returns the mean of −α·t·log p − (1 − t)·log(1 − p) with p = sigmoid(y). */
  static Value binary(Value y, Value t, float positive) {
    Value negatives = Value.constant(1).minus(t).times(y);
    Value weights = t.times(positive - 1).plus(Value.constant(1));
    Value down = y.times(-1).activate(Activation.SOFTPLUS);
    return scalar(negatives.plus(weights.times(down)).mean());
  }

  /** Returns binary cross-entropy of probabilities that are kept from 0 and 1. */
  static Value binaryOfProbabilities(Value y, Value t) {
    Value one = Value.constant(1);
    Value p =
        y.with(BinaryFunction.MAX, Value.constant(TINY))
            .with(BinaryFunction.MIN, Value.constant(1 - TINY));
    Value yes = t.times(p.map(UnaryFunction.LOG));
    Value no = one.minus(t).times(one.minus(p).map(UnaryFunction.LOG));
    return scalar(yes.plus(no).mean().times(-1));
  }

  /** Returns the mean over rows of −(1 − p)^γ·log p, p the probability of the label. */
  static Value focal(Value y, Value labels, float gamma) {
    Value logs = Value.of(new Normalization.LogSoftmax(), y);
    Value log = logs.times(oneHot(labels, y.shape().dim(-1))).sum(-1);
    Value wrong =
        Value.constant(1)
            .minus(log.map(UnaryFunction.EXP))
            .with(BinaryFunction.MAX, Value.constant(TINY));
    Value weight = wrong.map(UnaryFunction.LOG).times(gamma).map(UnaryFunction.EXP);
    return scalar(weight.times(log).mean().times(-1));
  }

  /**
   * Returns the mean, over samples and channels, of 1 − overlap between p [N, .., C] and t.
   *
   * @param jaccard whether the overlap is Σpt / (Σp + Σt − Σpt), else 2Σpt / (Σp + Σt)
   * @param smooth what is added above and below the line
   */
  static Value overlap(Value p, Value t, boolean jaccard, float smooth) {
    int n = p.shape().dim(0);
    int c = p.shape().dim(-1);
    Shape flat = Shape.of(n, p.shape().elements() / n / c, c);
    Value both = p.times(t).reshape(flat).sum(1);
    Value either = p.plus(t).reshape(flat).sum(1);
    Value s = Value.constant(smooth);
    Value ratio =
        jaccard
            ? both.plus(s).over(either.minus(both).plus(s))
            : both.times(2).plus(s).over(either.plus(s));
    return Value.constant(1).minus(scalar(ratio.mean()));
  }

  /** Returns the mean of d²/2 for |d| ≤ δ, else δ·(|d| − δ/2), with d = y − t. */
  static Value huber(Value y, Value t, float delta) {
    Value d = y.minus(t).map(UnaryFunction.ABS);
    Value near = d.with(BinaryFunction.MIN, Value.constant(delta));
    return scalar(near.times(d.minus(near.times(0.5f))).mean());
  }

  /** Returns the mean of max(0, 1 − t·y), or of its square. */
  static Value hinge(Value y, Value t, boolean squared) {
    Value lack = Value.constant(1).minus(t.times(y)).activate(Activation.RELU);
    return scalar((squared ? lack.map(UnaryFunction.SQUARE) : lack).mean());
  }

  /**
   * Returns the mean over rows of Σ max(0, margin − y of the label + y) / classes, label left out.
   */
  static Value marginOfClasses(Value y, Value labels, float margin) {
    int classes = y.shape().dim(-1);
    Value hot = oneHot(labels, classes);
    Value own = y.times(hot).sum(-1);
    Value lack = y.minus(own).plus(Value.constant(margin)).activate(Activation.RELU);
    Value others = lack.times(Value.constant(1).minus(hot));
    return scalar(others.sum().times(1f / y.shape().elements()));
  }

  /** Returns the mean over rows of 1 − y·t / (|y|·|t|). */
  static Value cosine(Value y, Value t) {
    Value product = y.times(t).sum(-1);
    Value lengths = length(y).times(length(t));
    return Value.constant(1).minus(scalar(product.over(lengths).mean()));
  }

  private static Value length(Value v) {
    Value square = v.map(UnaryFunction.SQUARE).sum(-1);
    return square.with(BinaryFunction.MAX, Value.constant(TINY * TINY)).map(UnaryFunction.SQRT);
  }

  /**
   * Returns the distances of all rows [N, D] from each other, [N, N]. They are made of differences:
   * |a|² + |b|² − 2ab would leave nothing of the distance of long vectors that lie close together.
   */
  private static Value distances(Value y) {
    int n = y.shape().dim(0);
    int d = y.shape().dim(1);
    Value rows = y.reshape(Shape.of(n, 1, d));
    Value apart = rows.minus(y.reshape(Shape.of(1, n, d)));
    Value squares = apart.map(UnaryFunction.SQUARE).sum(-1).reshape(Shape.of(n, n));
    Value all = squares.with(BinaryFunction.MAX, Value.constant(TINY)).map(UnaryFunction.SQRT);
    return all.times(others(n));
  }

  /** Returns 1 for two different rows, 0 for a row and itself: [N, N]. */
  private static Value others(int n) {
    float[] values = new float[n * n];
    Arrays.fill(values, 1);
    for (int i = 0; i < n; i++) {
      values[i * n + i] = 0;
    }
    return Value.constant(Tensor.of(Shape.of(n, n), values));
  }

  /** Returns 1 where two rows have one label, else 0: [N, N]. */
  private static Value same(Value labels) {
    int n = labels.shape().elements();
    return labels
        .reshape(Shape.of(n, 1))
        .with(BinaryFunction.EQUAL, labels.reshape(Shape.of(1, n)));
  }

  /**
   * Returns the mean over rows of max(0, margin + farthest of its label − nearest of another one),
   * rows that lack one of the two counting as 0.
   */
  static Value triplet(Value y, Value labels, float margin) {
    Value d = distances(y);
    Value same = same(labels);
    Value other = Value.constant(1).minus(same);
    Value farthest = d.times(same).max(1);
    // What has the row's own label is put beyond everything.
    Value beyond = d.plus(same.times(scalar(d.max().plus(Value.constant(1)))));
    Value nearest = beyond.times(-1).max(1).times(-1);
    Value lack = farthest.minus(nearest).plus(Value.constant(margin)).activate(Activation.RELU);
    Value friends = same.times(others(labels.shape().elements()));
    return scalar(lack.times(other.max(1)).times(friends.max(1)).mean());
  }

  /**
   * Returns the mean over pairs of different rows of d² where they have one label, else of max(0,
   * margin − d)².
   */
  static Value contrastive(Value y, Value labels, float margin) {
    int n = y.shape().dim(0);
    Value d = distances(y);
    Value same = same(labels);
    Value apart =
        Value.constant(margin).minus(d).activate(Activation.RELU).map(UnaryFunction.SQUARE);
    Value near = d.map(UnaryFunction.SQUARE);
    Value pairs = same.times(near).plus(Value.constant(1).minus(same).times(apart));
    // A row with itself is near by definition and adds nothing.
    return scalar(pairs.sum().times(1f / Math.max(1, n * (n - 1))));
  }
}
