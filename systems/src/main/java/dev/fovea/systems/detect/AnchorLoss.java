package dev.fovea.systems.detect;

import dev.fovea.nn.JointLoss;
import dev.fovea.op.Activation;
import dev.fovea.op.BinaryFunction;
import dev.fovea.op.HostCall;
import dev.fovea.op.Movement;
import dev.fovea.op.Normalization;
import dev.fovea.op.UnaryFunction;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The loss of anchors, per anchor that learns an object: of boxes a smooth L1 distance of their
 * codes, of classes one of two.
 *
 * <p>Its targets are the rows of {@link AnchorTargets} and, unread, the objects.
 */
public final class AnchorLoss implements JointLoss {
  /** How classes are learned. */
  public sealed interface Classes {}

  /**
   * Cross-entropy of a softmax with background (SSD, Liu et al., 2016), over anchors with objects
   * and, of those without, the {@code share} times as many of each picture that are told worst.
   *
   * @param share how many anchors without object count for one with
   * @param least how many of a picture count at least; where there is no object, these alone
   */
  public record HardNegatives(int share, int least) implements Classes {}

  /**
   * Focal loss of each class by itself (Lin et al., 2017), −αₜ·(1 − pₜ)^γ·log pₜ.
   *
   * @param alpha the weight of what is there; 1 − α of what is not
   * @param gamma how much less counts what is told well already
   */
  public record Focal(double alpha, double gamma) implements Classes {}

  private final AnchorTargets targets;
  private final Classes compared;
  private final int classes;
  private final double beta;
  private final int objects;

  /**
   * Creates a loss.
   *
   * @param targets what anchors learn
   * @param compared how classes are learned
   * @param classes how many classes there are, background left out
   * @param beta below which distance of a number its square counts, 1 in SSD
   * @param objects how many objects a picture has at most
   */
  public AnchorLoss(
      AnchorTargets targets, Classes compared, int classes, double beta, int objects) {
    this.targets = targets;
    this.compared = compared;
    this.classes = classes;
    this.beta = beta;
    this.objects = objects;
  }

  @Override
  public String name() {
    return "anchors";
  }

  @Override
  public String description() {
    return "anchors %s, %s, β %s".formatted(targets, compared, beta);
  }

  @Override
  public List<Shape> targets(List<Shape> outputs) {
    int n = outputs.get(0).dim(0);
    return List.of(targets.shape().prepend(n), Shape.of(n, objects, 5));
  }

  @Override
  public Value of(List<Value> outputs, List<Value> given) {
    Value rows = outputs.get(0);
    Value wanted = given.get(0);
    Value labels = wanted.slice(-1, 0, 1);
    Value zero = Value.constant(0);
    Value object =
        labels.with(BinaryFunction.MAX, zero).with(BinaryFunction.MIN, Value.constant(1));
    Value boxes = smooth(rows.slice(-1, 0, 4), wanted.slice(-1, 1, 4), beta).times(object);
    int first = AnchorDecoder.BEFORE_CLASSES;
    Value logits = rows.slice(-1, first, rows.shape().dim(-1) - first);
    Value count = object.sum().with(BinaryFunction.MAX, Value.constant(1));
    Value ofClasses =
        switch (compared) {
          case HardNegatives h -> entropies(logits, labels, h);
          case Focal f -> focals(logits, labels, f);
        };
    return boxes.sum().plus(ofClasses.sum()).over(count).reshape(Shape.scalar());
  }

  /** Returns d²/2β where d = |y − t| is below β, else d − β/2. */
  static Value smooth(Value y, Value t, double beta) {
    Value d = y.minus(t).map(UnaryFunction.ABS);
    if (beta == 0) {
      return d;
    }
    Value near = d.with(BinaryFunction.MIN, Value.constant((float) beta));
    return near.times(d.minus(near.times(0.5f))).times((float) (1 / beta));
  }

  /** Returns the focal loss of logits and targets of 0 or 1. */
  static Value focal(Value y, Value t, double alpha, double gamma) {
    Value z = y.times(t.times(2).minus(Value.constant(1)));
    Value entropy = z.times(-1).activate(Activation.SOFTPLUS);
    Value wrong = z.activate(Activation.SOFTPLUS).times((float) -gamma).map(UnaryFunction.EXP);
    Value loss = entropy.times(wrong);
    Value share = t.times((float) (2 * alpha - 1)).plus(Value.constant((float) (1 - alpha)));
    return alpha < 0 ? loss : loss.times(share);
  }

  private Value focals(Value logits, Value labels, Focal f) {
    Value hot = hot(labels, classes + 1).slice(-1, 1, classes);
    // 0 where the label is −1, else 1.
    Value counts = labels.plus(Value.constant(1)).with(BinaryFunction.MIN, Value.constant(1));
    return focal(logits, hot, f.alpha, f.gamma).times(counts);
  }

  private static Value hot(Value labels, int all) {
    int[] dims = labels.shape().dims();
    Value plain =
        labels
            .with(BinaryFunction.MAX, Value.constant(0))
            .reshape(Shape.of(Arrays.copyOf(dims, dims.length - 1)));
    return Value.of(new Movement.OneHot(all), plain);
  }

  private Value entropies(Value logits, Value labels, HardNegatives h) {
    Value logs = Value.of(new Normalization.LogSoftmax(), logits);
    Value entropy = logs.times(hot(labels, classes + 1)).sum(-1).times(-1);
    HostCall.Derivative none = (y, dy) -> Collections.nCopies(2, null);
    int rows = targets.shape().dim(0);
    HostCall.Function choose = (in, out) -> choose(in, out, rows, h);
    Value counts =
        Value.of(new HostCall("hard_negatives", labels.shape(), choose, none), entropy, labels);
    return entropy.times(counts);
  }

  /** Writes 1 for anchors with objects and for those without that are told worst, else 0. */
  private static void choose(List<FloatBuffer> in, FloatBuffer out, int rows, HardNegatives h) {
    FloatBuffer entropy = in.get(0);
    FloatBuffer labels = in.get(1);
    for (int begin = 0; begin < out.limit(); begin += rows) {
      int positive = 0;
      for (int i = begin; i < begin + rows; i++) {
        boolean object = labels.get(i) > 0;
        out.put(i, object ? 1 : 0);
        positive += object ? 1 : 0;
      }
      IntStream.range(begin, begin + rows)
          .filter(i -> labels.get(i) == 0)
          .boxed()
          .sorted(Comparator.comparingDouble((Integer i) -> -entropy.get(i)))
          .limit(Math.max(h.least, (long) h.share * positive))
          .forEach(i -> out.put(i, 1));
    }
  }
}
