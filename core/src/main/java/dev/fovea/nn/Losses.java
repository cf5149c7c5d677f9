package dev.fovea.nn;

import dev.fovea.data.Task;
import dev.fovea.op.Activation;
import dev.fovea.op.BinaryFunction;
import dev.fovea.op.Formulas;
import dev.fovea.op.Normalization;
import dev.fovea.op.UnaryFunction;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BinaryOperator;

/** Factories of all loss functions, for static import. */
public final class Losses {
  private Losses() {}

  /**
   * Cross-entropy of logits [.., classes] with class indices [..]: −log softmax(logits)[label].
   *
   * <p>With weights w or an ignored label it is the weighted mean Σ w[label]·loss / Σ w[label] over
   * the labels that are not ignored. With smoothing, the term of each class has the weight of that
   * class.
   *
   * @param smoothing ε in [0, 1): the target is 1 − ε + ε/classes for the label and ε/classes for
   *     all other classes
   * @param weights a weight per class; empty for 1 each
   * @param ignored a label that is left out, such as 255 for unlabelled pixels
   */
  public record CrossEntropy(float smoothing, List<Float> weights, OptionalInt ignored)
      implements Loss {
    /**
     * Checks the arguments.
     *
     * @throws FoveaException if the smoothing is not in [0, 1) or a weight is negative
     */
    public CrossEntropy {
      if (!(smoothing >= 0 && smoothing < 1)) {
        throw new FoveaException(
            "cross-entropy: label smoothing must be in [0, 1), got " + smoothing);
      }
      weights = List.copyOf(weights);
      for (float w : weights) {
        if (!(w >= 0 && w < Float.POSITIVE_INFINITY)) {
          throw new FoveaException("cross-entropy: class weights must be at least 0, got " + w);
        }
      }
    }

    /** Returns this loss with label smoothing (Szegedy et al., 2016). */
    public CrossEntropy labelSmoothing(double epsilon) {
      return new CrossEntropy((float) epsilon, weights, ignored);
    }

    /** Returns this loss with a weight per class, such as for classes of different frequency. */
    public CrossEntropy weights(float... perClass) {
      List<Float> list = new ArrayList<>();
      for (float w : perClass) {
        list.add(w);
      }
      return new CrossEntropy(smoothing, list, ignored);
    }

    /** Returns this loss leaving out all positions with this label. */
    public CrossEntropy ignore(int label) {
      return new CrossEntropy(smoothing, weights, OptionalInt.of(label));
    }

    @Override
    public String name() {
      return "cross_entropy";
    }

    @Override
    public String description() {
      return "CrossEntropy[smoothing="
          + smoothing
          + (weights.isEmpty() ? "" : ", weights=" + weights)
          + (ignored.isEmpty() ? "" : ", ignored=" + ignored.getAsInt())
          + "]";
    }

    @Override
    public boolean takesLabels() {
      return true;
    }

    @Override
    public boolean ignores(float label) {
      return ignored.isPresent() && ignored.getAsInt() == label;
    }

    @Override
    public double weight(Tensor target) {
      if (weights.isEmpty() && ignored.isEmpty()) {
        return Loss.super.weight(target);
      }
      double sum = 0;
      for (float label : target.data()) {
        sum += ignores(label) ? 0 : weights.isEmpty() ? 1 : weights.get((int) label);
      }
      return sum;
    }

    @Override
    public Shape target(Shape output) {
      return labels(output);
    }

    @Override
    public Value of(Value output, Value target) {
      Value hot = LossFormulas.oneHot(target, output.shape().dim(-1));
      Value wanted = smoothing > 0 ? LossFormulas.smoothed(hot, smoothing) : hot;
      return weights.isEmpty() && ignored.isEmpty()
          ? LossFormulas.negativeLogLikelihood(output, wanted)
          : weighted(output, target, hot, wanted);
    }

    private Value weighted(Value output, Value target, Value hot, Value wanted) {
      Value perClass = weightsOf(output.shape().dim(-1));
      Value counts = Value.constant(1);
      if (ignored.isPresent()) {
        Value not = target.with(BinaryFunction.EQUAL, Value.constant(ignored.getAsInt()));
        Shape column = Shape.of(concat(target.shape().dims(), 1));
        counts = counts.minus(not).reshape(column);
      }
      Value logs = Value.of(new Normalization.LogSoftmax(), output);
      Value total = logs.times(wanted).times(perClass).times(counts).sum();
      Value all = hot.times(perClass).times(counts).sum();
      Value some = all.with(BinaryFunction.MAX, Value.constant(LossFormulas.TINY));
      return LossFormulas.scalar(total.over(some).times(-1));
    }

    private Value weightsOf(int classes) {
      if (weights.isEmpty()) {
        return Value.constant(1);
      }
      if (weights.size() != classes) {
        throw new FoveaException(
            "cross-entropy: " + weights.size() + " class weights for " + classes + " outputs");
      }
      float[] values = new float[classes];
      for (int i = 0; i < classes; i++) {
        values[i] = weights.get(i);
      }
      return Value.constant(Tensor.of(Shape.of(classes), values));
    }

    private static int[] concat(int[] dims, int last) {
      int[] more = Arrays.copyOf(dims, dims.length + 1);
      more[dims.length] = last;
      return more;
    }
  }

  /** A loss whose target has the output's shape, or is a number per row. */
  private record Formula(String name, String description, Kind kind, BinaryOperator<Value> formula)
      implements Loss {
    @Override
    public Shape target(Shape output) {
      return kind == Kind.CLASSES || kind == Kind.GROUPS ? labels(output) : output;
    }

    @Override
    public Optional<Task> task(Shape output) {
      boolean several = output.rank() == 1 && output.dim(0) > 1;
      return switch (kind) {
        case NUMBERS -> Optional.of(Task.REGRESSION);
        case CLASSES, SHARES -> Optional.of(Output.taskOfClasses(output));
        case EACH -> Optional.of(several ? Task.LABELS : Output.taskOfClasses(output));
        case GROUPS -> Optional.empty();
      };
    }

    @Override
    public boolean takesLabels() {
      return kind == Kind.CLASSES;
    }

    @Override
    public boolean comparesSamples() {
      return kind == Kind.GROUPS;
    }

    @Override
    public Value of(Value output, Value target) {
      return formula.apply(output, target);
    }
  }

  private enum Kind {
    /** Numbers of the output's shape. */
    NUMBERS,
    /** A share of each class, of the output's shape. */
    SHARES,
    /** Whether it is each class, of the output's shape. */
    EACH,
    /** The number of one of the outputs of each row. */
    CLASSES,
    /** Any number per row. */
    GROUPS
  }

  private static Shape labels(Shape output) {
    if (output.rank() < 2) {
      throw new FoveaException(
          "loss: a label per row needs outputs [N, …, classes], got samples of a single number");
    }
    return Shape.of(Arrays.copyOf(output.dims(), output.rank() - 1));
  }

  private static Loss pairwise(String name, Kind target, BinaryOperator<Value> formula) {
    return new Formula(name, name, target, formula);
  }

  private static Loss formula(
      String name, String numbers, Kind target, BinaryOperator<Value> formula) {
    return new Formula(name, name + "(" + numbers + ")", target, formula);
  }

  /** Returns the cross-entropy of logits with class indices. */
  public static CrossEntropy crossEntropy() {
    return new CrossEntropy(0, List.of(), OptionalInt.empty());
  }

  /**
   * Returns the cross-entropy of logits [.., classes] with target distributions of the same shape.
   */
  public static Loss crossEntropyOfDistribution() {
    return pairwise(
        "cross_entropy_of_distribution", Kind.SHARES, LossFormulas::negativeLogLikelihood);
  }

  /**
   * Returns the cross-entropy of logits [.., classes] with target distributions t of the same shape
   * and label smoothing: the target is (1 − ε)·t + ε/classes.
   *
   * @throws FoveaException if ε is not in [0, 1)
   */
  public static Loss crossEntropyOfDistribution(double smoothing) {
    float epsilon = new CrossEntropy((float) smoothing, List.of(), OptionalInt.empty()).smoothing();
    return epsilon == 0
        ? crossEntropyOfDistribution()
        : formula(
            "cross_entropy_of_distribution",
            "" + epsilon,
            Kind.SHARES,
            (y, t) -> LossFormulas.negativeLogLikelihood(y, LossFormulas.smoothed(t, epsilon)));
  }

  /**
   * Returns the Kullback-Leibler divergence of distributions t [.., classes] from softmax(logits):
   * the mean over rows of Σ t·(log t − log softmax).
   */
  public static Loss klDivergence() {
    return pairwise("kl_divergence", Kind.SHARES, LossFormulas::divergence);
  }

  /** Returns the mean of (output − target)², the L2 loss. */
  public static Loss meanSquaredError() {
    return pairwise(
        "mean_squared_error",
        Kind.NUMBERS,
        (y, t) -> LossFormulas.scalar(y.minus(t).map(UnaryFunction.SQUARE).mean()));
  }

  /** Returns the mean of |output − target|, the L1 loss. */
  public static Loss meanAbsoluteError() {
    return pairwise(
        "mean_absolute_error",
        Kind.NUMBERS,
        (y, t) -> LossFormulas.scalar(y.minus(t).map(UnaryFunction.ABS).mean()));
  }

  /**
   * Returns the mean of d²/2 for |d| ≤ δ, else δ·(|d| − δ/2), with d = output − target (Huber,
   * 1964).
   *
   * @throws FoveaException if δ is not positive
   */
  public static Loss huber(double delta) {
    float d = positive("huber: delta", delta);
    return formula("huber", "" + d, Kind.NUMBERS, (y, t) -> LossFormulas.huber(y, t, d));
  }

  /**
   * Returns the mean of softplus(x) − x·t: binary cross-entropy of logits x with targets in [0, 1].
   */
  public static Loss binaryCrossEntropy() {
    return pairwise(
        "binary_cross_entropy",
        Kind.EACH,
        (x, t) -> LossFormulas.scalar(Formulas.binaryEntropy(x, t).mean()));
  }

  /**
   * Returns the mean of −w·t·log p − (1 − t)·log(1 − p), p = sigmoid(x): binary cross-entropy in
   * which positives have the weight w.
   *
   * @throws FoveaException if the weight is not positive
   */
  public static Loss binaryCrossEntropy(double positive) {
    float w = positive("binary cross-entropy: weight", positive);
    return formula(
        "binary_cross_entropy", "" + w, Kind.EACH, (x, t) -> LossFormulas.binary(x, t, w));
  }

  /**
   * Returns the mean of −t·log p − (1−t)·log(1−p): binary cross-entropy of probabilities, which are
   * clipped to [10⁻⁷, 1 − 10⁻⁷]. {@link #binaryCrossEntropy()} of logits is more accurate.
   */
  public static Loss binaryCrossEntropyOfProbabilities() {
    return pairwise(
        "binary_cross_entropy_of_probabilities", Kind.EACH, LossFormulas::binaryOfProbabilities);
  }

  /**
   * Returns the focal loss of logits with class indices: the mean of −(1 − p)^γ·log p, p the
   * probability of the label (Lin et al., 2017).
   *
   * @throws FoveaException if γ is negative
   */
  public static Loss focal(double gamma) {
    float g = notNegative("focal loss: gamma", gamma);
    return formula("focal", "" + g, Kind.CLASSES, (y, t) -> LossFormulas.focal(y, t, g));
  }

  /**
   * Returns the focal loss of logits with targets 0 or 1 of the same shape: the mean of −αₜ·(1 −
   * pₜ)^γ·log pₜ, where pₜ is the probability of the target, and αₜ is α for 1 and 1 − α for 0 (Lin
   * et al., 2017: α 0.25, γ 2).
   *
   * @throws FoveaException if γ is negative or α not in [0, 1]
   */
  public static Loss binaryFocal(double alpha, double gamma) {
    float g = notNegative("focal loss: gamma", gamma);
    float a = notNegative("focal loss: alpha", alpha);
    if (a > 1) {
      throw new FoveaException("focal loss: alpha must be at most 1, got " + alpha);
    }
    return formula(
        "binary_focal",
        a + ", " + g,
        Kind.EACH,
        (y, t) -> LossFormulas.scalar(Formulas.focalEntropy(y, t, a, g).mean()));
  }

  /**
   * Returns the soft Dice loss of logits [N, .., C] with masks of the same shape: the mean over
   * samples and channels of 1 − (2Σpt + 1) / (Σp + Σt + 1), p = sigmoid(logits) (after Milletari et
   * al., 2016, who square p and t in the denominator).
   */
  public static Loss dice() {
    return overlap("dice", false, false);
  }

  /** Returns the soft Dice loss of logits [N, .., classes] with class indices [N, ..]. */
  public static Loss diceOfClasses() {
    return overlap("dice_of_classes", false, true);
  }

  /**
   * Returns the soft Jaccard loss of logits [N, .., C] with masks of the same shape: the mean over
   * samples and channels of 1 − (Σpt + 1) / (Σp + Σt − Σpt + 1), p = sigmoid(logits) (Rahman and
   * Wang, 2016).
   */
  public static Loss jaccard() {
    return overlap("jaccard", true, false);
  }

  /** Returns the soft Jaccard loss of logits [N, .., classes] with class indices [N, ..]. */
  public static Loss jaccardOfClasses() {
    return overlap("jaccard_of_classes", true, true);
  }

  private static Loss overlap(String name, boolean jaccard, boolean classes) {
    Kind target = classes ? Kind.CLASSES : Kind.EACH;
    return new Formula(
        name,
        name,
        target,
        (y, t) ->
            classes
                ? LossFormulas.overlap(
                    Value.of(new Normalization.Softmax(), y),
                    LossFormulas.oneHot(t, y.shape().dim(-1)),
                    jaccard,
                    1)
                : LossFormulas.overlap(y.activate(Activation.SIGMOID), t, jaccard, 1));
  }

  /** Returns the mean of max(0, 1 − t·y) with targets −1 or 1. */
  public static Loss hinge() {
    return pairwise("hinge", Kind.EACH, (y, t) -> LossFormulas.hinge(y, t, false));
  }

  /** Returns the mean of max(0, 1 − t·y)² with targets −1 or 1. */
  public static Loss squaredHinge() {
    return pairwise("squared_hinge", Kind.EACH, (y, t) -> LossFormulas.hinge(y, t, true));
  }

  /**
   * Returns the hinge loss of scores [.., classes] with class indices: the mean of Σ max(0, margin
   * − score of the label + score) / classes over the other classes (Weston and Watkins, 1999).
   *
   * @throws FoveaException if the margin is not positive
   */
  public static Loss hingeOfClasses(double margin) {
    float m = positive("hinge: margin", margin);
    return formula(
        "hinge_of_classes", "" + m, Kind.CLASSES, (y, t) -> LossFormulas.marginOfClasses(y, t, m));
  }

  /** Returns the cosine loss: the mean over rows of 1 − cos(angle between output and target). */
  public static Loss cosine() {
    return pairwise("cosine", Kind.NUMBERS, LossFormulas::cosine);
  }

  /**
   * Returns the triplet loss of embeddings [N, D] with labels [N]: the mean of max(0, margin + the
   * distance to the farthest row of the same label − that to the nearest of another one), within
   * the batch (Schroff et al., 2015; the choice is Hermans et al., 2017). A row without another one
   * of its label, or without one of another label, counts as 0. The value depends on which samples
   * share a batch.
   *
   * @throws FoveaException if the margin is not positive
   */
  public static Loss triplet(double margin) {
    float m = positive("triplet loss: margin", margin);
    return formula("triplet", "" + m, Kind.GROUPS, (y, t) -> LossFormulas.triplet(y, t, m));
  }

  /**
   * Returns the contrastive loss of embeddings [N, D] with labels [N]: the mean over pairs of the
   * batch of d² for one label and of max(0, margin − d)² for two (Hadsell et al., 2006). The value
   * depends on which samples share a batch.
   *
   * @throws FoveaException if the margin is not positive
   */
  public static Loss contrastive(double margin) {
    float m = positive("contrastive loss: margin", margin);
    return formula("contrastive", "" + m, Kind.GROUPS, (y, t) -> LossFormulas.contrastive(y, t, m));
  }

  /**
   * Returns connectionist temporal classification, the loss of sequences whose places are not
   * known, such as the signs in a picture of a text: the mean over samples of −log p(labels), where
   * p is the sum of the probabilities of all ways to read the labels from the steps of an output
   * [N, T, classes]. At each step a way reads a label or the blank, which is the last class; a
   * label that is read at several steps without a blank between them is one (Graves et al., 2006).
   *
   * <p>Targets are the labels [N, most], padded with −1 ({@link dev.fovea.data.Mark.Sequence}).
   * Outputs are logits. A training fails where a sample has more labels than its steps can tell.
   *
   * @param most the largest number of labels of a sample
   * @throws FoveaException if it is below 1
   */
  public static Loss ctc(int most) {
    return new Ctc(most);
  }

  private static float positive(String what, double value) {
    if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
      throw new FoveaException(what + " must be a positive number, got " + value);
    }
    return (float) value;
  }

  private static float notNegative(String what, double value) {
    if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
      throw new FoveaException(what + " must be 0 or a positive number, got " + value);
    }
    return (float) value;
  }
}
