package dev.fovea.nn;

import dev.fovea.engine.graph.Graph;
import dev.fovea.op.Contraction;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * The head of a classifier: the dense layer or convolution that turns the features before it into
 * one number per class. Transfer learning keeps the features and replaces the head.
 */
public final class ClassifierHead {
  private final Model model;
  private final Traced traced;
  private final Value product;

  private ClassifierHead(Model model, Traced traced, Value product) {
    this.model = model;
    this.traced = traced;
    this.product = product;
  }

  /**
   * Finds the head of a model: the last dense layer or convolution before the output, which has one
   * number per class.
   *
   * @throws FoveaException if the model has several outputs, or there is no such layer
   */
  public static ClassifierHead of(Model model) {
    if (model.outputs().size() != 1) {
      throw new FoveaException(
          "head: a classifier has one output, this network has " + model.outputs().size());
    }
    Traced traced = model.trace(1, false);
    Value product = product(traced.outputs().get(0));
    ClassifierHead head = new ClassifierHead(model, traced, product);
    int numbers = model.outputs().get(0).elements();
    if (head.classes() != numbers) {
      throw new FoveaException(
          "head: the last layer with weights, %s, makes %s numbers, the output has %s of shape %s"
              .formatted(head.path(), head.classes(), numbers, model.outputs().get(0)));
    }
    return head;
  }

  /**
   * Returns the last product of something that depends on the inputs with something that doesn't.
   *
   * @throws FoveaException if there is none, or the output depends on several or on an input
   *     besides
   */
  static Value product(Value output) {
    Set<Value> moving = moving(output);
    Set<Value> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Value> open = new ArrayDeque<>(List.of(output));
    Value found = null;
    while (!open.isEmpty()) {
      Value v = open.pop();
      if (!moving.contains(v) || !seen.add(v)) {
        continue;
      }
      boolean weighted = v.op() instanceof Contraction && !moving.contains(v.input(1));
      if (v.op() instanceof Source.Input || (weighted && found != null)) {
        throw new FoveaException(
            "head: no single dense layer or convolution makes the output, so it cannot be replaced");
      }
      if (weighted) {
        found = v;
      } else {
        v.inputs().forEach(open::push);
      }
    }
    if (found == null) {
      throw new FoveaException("head: the output does not depend on the input");
    }
    return found;
  }

  /** Returns the values that depend on what the network is given. */
  private static Set<Value> moving(Value output) {
    Set<Value> moving = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Value v : Graph.topological(List.of(output))) {
      boolean given = v.op() instanceof Source.Input in && in.kind() == Source.Input.Kind.SAMPLE;
      if (given || v.inputs().stream().anyMatch(moving::contains)) {
        moving.add(v);
      }
    }
    return moving;
  }

  /** Returns the layer's path. */
  public String path() {
    String weights =
        Graph.topological(List.of(product.input(1))).stream()
            .filter(v -> v.op() instanceof Source.Parameter)
            .map(v -> v.op().name())
            .findFirst()
            .orElse("");
    String path = traced.paths().of(product);
    int end = weights.lastIndexOf('.');
    return end > 0 ? weights.substring(0, end) : path.isEmpty() ? weights : path;
  }

  /** Returns the number of classes. */
  public int classes() {
    return product.shape().dim(-1);
  }

  /**
   * Returns a model with the same features and a new dense layer {@code head} that computes logits.
   * Where the old head was a convolution, the features are averaged over height and width first.
   * The new model has its own copy of the features' parameters. Layers after the old head, such as
   * a softmax, are left out.
   *
   * @param classes the number of logits
   * @param seed from which the head's starting values are drawn
   * @throws FoveaException if the features do not have one row per sample
   */
  public Model replaced(int classes, Seed seed) {
    String name = "head";
    for (int n = 2; isTaken(name); n++) {
      name = "head_" + n;
    }
    return Model.build(new NewHead(model, classes, name), model.inputs(), seed, model.engine())
        .withMetadata(model.metadata());
  }

  private boolean isTaken(String name) {
    return model.parameters().all().stream().anyMatch(p -> p.name().startsWith(name + "."));
  }
}
