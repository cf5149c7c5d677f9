package dev.fovea.train;

import dev.fovea.nn.Model;
import dev.fovea.nn.Network;
import dev.fovea.nn.Signal;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What a step of training computes for a batch: a loss and what is looked at besides.
 *
 * @param network returns the loss first, of inputs and then targets; it may apply any models
 * @param inputs the shapes of the inputs of a sample
 * @param targets the shapes of the targets of a sample
 * @param trained the models whose parameters are trained, those that are not frozen
 */
record Formula(Network network, List<Shape> inputs, List<Shape> targets, List<Model> trained) {
  Formula {
    inputs = List.copyOf(inputs);
    targets = List.copyOf(targets);
    trained = List.copyOf(trained);
  }

  /**
   * Returns the losses of a model's outputs. Behind the outputs that are looked at stand the terms
   * of the losses, if there are several.
   *
   * @param wanted which of the outputs are looked at
   */
  static Formula of(Model model, Objective objective, List<Shape> targets, Set<Integer> wanted) {
    int n = model.inputs().size();
    Network network =
        in -> {
          List<Signal> outputs = model.apply(in.subList(0, n));
          Objective.Cost cost = objective.cost(values(outputs), values(in.subList(n, in.size())));
          List<Signal> results = new ArrayList<>(List.of(in.get(0).with(cost.sum())));
          // Those that are not looked at are the loss once more, so that numbers stay.
          int last = wanted.stream().mapToInt(i -> i).max().orElse(-1);
          for (int i = 0; i <= last; i++) {
            results.add(wanted.contains(i) ? outputs.get(i) : results.get(0));
          }
          if (cost.parts().size() > 1) {
            cost.parts().values().forEach(part -> results.add(in.get(0).with(part)));
          }
          return results;
        };
    return new Formula(network, model.inputs(), targets, List.of(model));
  }

  private static List<Value> values(List<Signal> signals) {
    return signals.stream().map(Signal::value).toList();
  }

  /** Returns the inputs and then the targets of a batch. */
  List<Value> given(int batch) {
    List<Value> given = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      given.add(Source.Input.sample(i, inputs.get(i).prepend(batch)));
    }
    given.addAll(targets(targets, batch));
    return given;
  }

  /** Returns the targets of a batch. */
  static List<Value> targets(List<Shape> shapes, int batch) {
    List<Value> targets = new ArrayList<>();
    for (int i = 0; i < shapes.size(); i++) {
      targets.add(Source.Input.target(i, shapes.get(i).prepend(batch)));
    }
    return targets;
  }
}
