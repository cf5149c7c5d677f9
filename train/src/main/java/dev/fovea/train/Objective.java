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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The objective that training minimises: a weighted sum of losses, each of one output of the
 * network and one target of the samples.
 *
 * <p>Several heads are several tasks learned at once (Caruana, 1997); several outputs with one
 * target are deep supervision (Lee et al., 2015). Outputs that exist in training only, such as
 * auxiliary heads, count in training only.
 *
 * @param heads the losses
 */
public record Objective(List<Head> heads) {
  /**
   * One loss.
   *
   * @param output the index of the network's output, from 0; of the first if the loss takes several
   * @param target the index of the target, from 0; of the first if the loss takes several
   * @param loss the loss
   * @param weight its weight in the sum
   */
  public record Head(int output, int target, Loss loss, double weight) {
    /**
     * Checks the arguments.
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
      Value scalar = loss.of(own(outputs), own(outputs, targets));
      if (scalar.shape().elements() != 1) {
        throw new FoveaException(
            "loss %s: must be one number for a batch, got %s; take the mean"
                .formatted(loss.name(), scalar.shape()));
      }
      return scalar.reshape(Shape.scalar());
    }

    /** Returns the terms of the loss with their weight by name; one where it has none. */
    private Map<String, Value> parts(List<Value> outputs, List<Value> targets) {
      Map<String, Value> parts = loss.parts(own(outputs), own(outputs, targets));
      Map<String, Value> all = new LinkedHashMap<>();
      if (parts.isEmpty()) {
        all.put(loss.name(), of(outputs, targets));
      }
      parts.forEach((name, value) -> all.put(name, value.reshape(Shape.scalar())));
      return all;
    }

    /** Returns the outputs that the loss is of. */
    private List<Value> own(List<Value> outputs) {
      return outputs.subList(output, output + loss.outputs());
    }

    /** Returns the targets that the loss reads. */
    private List<Value> own(List<Value> outputs, List<Value> targets) {
      List<Shape> shapes = own(outputs).stream().map(Value::shape).toList();
      List<Shape> wanted = loss.targets(shapes);
      List<Value> ts = new ArrayList<>();
      for (int i = 0; i < wanted.size(); i++) {
        Value t = targets.get(target + i);
        if (!t.shape().sameButForOnes(wanted.get(i))) {
          throw new FoveaException(
              "%s of outputs %s takes targets %s, got %s"
                  .formatted(loss.name(), shown(shapes), wanted.get(i), t.shape()));
        }
        ts.add(t.reshape(wanted.get(i)));
      }
      return ts;
    }

    private static String shown(List<Shape> shapes) {
      return shapes.stream().map(Shape::toString).collect(Collectors.joining(", "));
    }

    /** Returns the number of the last output that the loss is of. */
    int lastOutput() {
      return output + loss.outputs() - 1;
    }

    /**
     * Returns the shapes of one sample of its targets.
     *
     * @param outputs the shapes of one sample of each output of the network
     */
    List<Shape> targetShapes(List<Shape> outputs) {
      List<Shape> own =
          outputs.subList(output, lastOutput() + 1).stream().map(s -> s.prepend(1)).toList();
      return loss.targets(own).stream().map(Shape::dropFirst).toList();
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
   * Returns deep supervision: the same loss for several outputs and one target, with weight 1 for
   * the first output and these weights for the others.
   */
  public static Objective deepSupervision(Loss loss, double... auxiliary) {
    Head[] heads = new Head[auxiliary.length + 1];
    heads[0] = head(0, 0, loss);
    for (int i = 0; i < auxiliary.length; i++) {
      heads[i + 1] = new Head(i + 1, 0, loss, auxiliary[i]);
    }
    return of(heads);
  }

  /** Returns the name and all settings; two objectives with the same description are the same. */
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
    SortedMap<Integer, Shape> shapes = new TreeMap<>();
    for (Head h : heads) {
      List<Shape> own = h.targetShapes(outputs);
      for (int i = 0; i < own.size(); i++) {
        shapes.putIfAbsent(h.target + i, own.get(i));
      }
    }
    for (int i = 0; i <= shapes.lastKey(); i++) {
      if (!shapes.containsKey(i)) {
        throw new FoveaException(
            "objective: no loss reads target %s of 0 to %s".formatted(i, shapes.lastKey()));
      }
    }
    return List.copyOf(shapes.values());
  }

  /**
   * Returns an output with the task that its target has or, where the target is a plain regression,
   * the task that its loss determines.
   */
  Output withTask(Output output, int number, List<Target> targets) {
    return heads.stream()
        .filter(h -> h.output == number && h.target < targets.size())
        .findFirst()
        .map(h -> withTask(output, h.loss, targets.get(h.target)))
        .orElse(output);
  }

  private static Output withTask(Output output, Loss loss, Target target) {
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

  /**
   * A term of a loss.
   *
   * @param name its name, which no other term has
   * @param head the index of the loss
   * @param value its value for a batch, a scalar without the weight of the loss
   */
  record Term(String name, int head, Value value) {}

  /** Returns the terms of those losses whose outputs there are, in order. */
  List<Term> terms(List<Value> outputs, List<Value> targets) {
    Map<String, Term> all = new LinkedHashMap<>();
    for (int h = 0; h < heads.size(); h++) {
      if (heads.get(h).lastOutput() < outputs.size()) {
        int head = h;
        heads
            .get(h)
            .parts(outputs, targets)
            .forEach((name, value) -> {
              String own = free(name, all.keySet());
              all.put(own, new Term(own, head, value));
            });
      }
    }
    return List.copyOf(all.values());
  }

  private static String free(String name, Set<String> taken) {
    String own = name;
    for (int n = 2; taken.contains(own); n++) {
      own = name + "_" + n;
    }
    return own;
  }

  /**
   * What a batch costs.
   *
   * @param sum the weighted sum of the losses
   * @param parts the terms it is the sum of, by name, each with its weight
   */
  record Cost(Value sum, Map<String, Value> parts) {}

  /** Returns the weighted sum over those heads whose output there is. */
  Value of(List<Value> outputs, List<Value> targets) {
    return cost(outputs, targets).sum();
  }

  /** Returns the weighted sum over those heads whose output there is, and its terms. */
  Cost cost(List<Value> outputs, List<Value> targets) {
    Map<Integer, Value> losses = new TreeMap<>();
    Map<String, Value> all = new LinkedHashMap<>();
    for (Term t : terms(outputs, targets)) {
      losses.merge(t.head, t.value, Value::plus);
      all.put(t.name, weighted(t.value, heads.get(t.head).weight));
    }
    Value sum =
        losses.entrySet().stream()
            .map(e -> weighted(e.getValue(), heads.get(e.getKey()).weight))
            .reduce(Value::plus)
            .orElseThrow(() ->
                new IllegalStateException("no loss is of one of " + outputs.size() + " outputs"));
    return new Cost(sum, all);
  }

  private static Value weighted(Value loss, double weight) {
    return weight == 1 ? loss : loss.times((float) weight);
  }
}
