package dev.fovea.train;

import dev.fovea.data.Batch;
import dev.fovea.data.Target;
import dev.fovea.data.Task;
import dev.fovea.nn.Loss;
import dev.fovea.nn.Output;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What training makes small: the weighted sum of losses, each of one output of the network and one
 * target of the samples.
 *
 * <p>Several heads are several tasks learned at once (Caruana, 1997); several outputs with one
 * target are deep supervision (Lee et al., 2015). Outputs that a network has in training only, such
 * as auxiliary heads, count in training only.
 *
 * @param heads the losses
 */
public record Objective(List<Head> heads) {
  /**
   * One loss.
   *
   * @param output which output of the network it is of, from 0
   * @param target which target of the samples that should have been, from 0
   * @param loss the loss
   * @param weight what it is multiplied with
   */
  public record Head(int output, int target, Loss loss, double weight) {
    /**
     * Checks the numbers.
     *
     * @throws FoveaException if one is negative or not finite
     */
    public Head {
      if (output < 0 || target < 0 || !(weight >= 0 && weight < Double.POSITIVE_INFINITY)) {
        throw new FoveaException(
            "objective: output, target and weight must be at least 0, got %s, %s and %s"
                .formatted(output, target, weight));
      }
    }

    /** Returns this head with another weight. */
    public Head weight(double factor) {
      return new Head(output, target, loss, factor);
    }

    String description() {
      return "%s × %s of output %s and target %s"
          .formatted(weight, loss.description(), output, target);
    }

    /**
     * Returns the loss without its weight, a scalar.
     *
     * @throws FoveaException if the target does not suit the output, or the loss is more than a
     *     number
     */
    Value of(List<Value> outputs, List<Value> targets) {
      Value y = outputs.get(output);
      Value t = targets.get(target);
      Shape wanted = loss.target(y.shape());
      if (!t.shape().sameButForOnes(wanted)) {
        throw new FoveaException(
            "%s of outputs %s takes targets %s, got %s"
                .formatted(loss.name(), y.shape(), wanted, t.shape()));
      }
      Value scalar = loss.of(y, t.reshape(wanted));
      if (scalar.shape().elements() != 1) {
        throw new FoveaException(
            "loss %s: must be one number for a batch, got %s; take the mean"
                .formatted(loss.name(), scalar.shape()));
      }
      return scalar.reshape(Shape.scalar());
    }

    /** Returns how much a batch counts in the mean of this loss over batches. */
    double weight(Batch batch) {
      return loss.weight(batch.targets().get(target));
    }

    private boolean isPlain() {
      return output == 0 && target == 0 && weight == 1;
    }
  }

  /**
   * Copies the list.
   *
   * @throws FoveaException if it is empty
   */
  public Objective {
    heads = List.copyOf(heads);
    if (heads.isEmpty()) {
      throw new FoveaException("objective: needs at least one loss");
    }
  }

  /** Returns the objective of a network with one output. */
  public static Objective of(Loss loss) {
    return of(head(0, 0, loss));
  }

  /** Returns the weighted sum of several losses. */
  public static Objective of(Head... heads) {
    return new Objective(List.of(heads));
  }

  /** Returns the loss of an output and a target with weight 1. */
  public static Head head(int output, int target, Loss loss) {
    return new Head(output, target, loss, 1);
  }

  /**
   * Returns one loss of several outputs with one target: the first with weight 1, those after it
   * with these weights.
   */
  public static Objective deepSupervision(Loss loss, double... auxiliary) {
    Head[] heads = new Head[auxiliary.length + 1];
    heads[0] = head(0, 0, loss);
    for (int i = 0; i < auxiliary.length; i++) {
      heads[i + 1] = new Head(i + 1, 0, loss, auxiliary[i]);
    }
    return of(heads);
  }

  /** Returns the name with all numbers; objectives of one description are the same. */
  public String description() {
    return heads.size() == 1 && heads.get(0).isPlain()
        ? heads.get(0).loss.description()
        : heads.stream().map(Head::description).collect(Collectors.joining(" + "));
  }

  /**
   * Returns the shapes of the targets of a sample, by number.
   *
   * @param outputs the shapes of one sample of each output
   * @throws FoveaException if no loss reads one of them
   */
  List<Shape> targetShapes(List<Shape> outputs) {
    List<Shape> shapes = new ArrayList<>();
    int last = heads.stream().mapToInt(Head::target).max().orElse(0);
    for (int i = 0; i <= last; i++) {
      int number = i;
      Head head =
          heads.stream()
              .filter(h -> h.target == number)
              .findFirst()
              .orElseThrow(() ->
                  new FoveaException(
                      "objective: no loss reads target %s of 0 to %s".formatted(number, last)));
      shapes.add(head.loss.target(outputs.get(head.output).prepend(1)).dropFirst());
    }
    return shapes;
  }

  /**
   * Returns an output with what data and loss ask it: where a target is just numbers, the loss says
   * what they are.
   */
  Output asked(Output output, int number, List<Target> targets) {
    return heads.stream()
        .filter(h -> h.output == number && h.target < targets.size())
        .findFirst()
        .map(h -> asked(output, h.loss, targets.get(h.target)))
        .orElse(output);
  }

  private static Output asked(Output output, Loss loss, Target target) {
    return target.task() == Task.REGRESSION
        ? loss.task(output.shape()).map(output::with).orElse(output)
        : output.with(target.task());
  }

  /** Returns whether a loss of a target leaves a label out. */
  boolean ignores(int target, float label) {
    for (int i = 0; i < heads.size(); i++) {
      if (heads.get(i).target == target && heads.get(i).loss.ignores(label)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns by how much a batch counts in a mean over batches: the weight of its samples in the
   * first loss.
   */
  double weight(Batch batch) {
    return heads.get(0).weight(batch);
  }

  /** Returns the weighted sum over those heads whose output there is. */
  Value of(List<Value> outputs, List<Value> targets) {
    Value sum = null;
    for (Head h : heads) {
      if (h.output < outputs.size()) {
        Value loss = h.of(outputs, targets);
        Value term = h.weight == 1 ? loss : loss.times((float) h.weight);
        sum = sum == null ? term : sum.plus(term);
      }
    }
    if (sum == null) {
      throw new IllegalStateException("no loss is of one of " + outputs.size() + " outputs");
    }
    return sum;
  }
}
