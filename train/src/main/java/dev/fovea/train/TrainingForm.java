package dev.fovea.train;

import dev.fovea.data.Dataset;
import dev.fovea.nn.Model;
import dev.fovea.nn.Output;
import dev.fovea.nn.Traced;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the network of a training tells, and what losses and metrics make of it. */
final class TrainingForm {
  private final Trainer.Settings s;
  private final Model model;
  private final Objective objective;
  private final Dataset data;
  private final Traced one;
  private final List<Output> outputs;
  private final List<Shape> outputShapes;
  private final List<String> parts;

  /**
   * Looks at a training.
   *
   * @param model the network for samples of some size
   * @param objective what is made small in that size
   * @param data the training samples
   * @throws dev.fovea.tensor.FoveaException if network, losses and samples do not suit each other
   */
  TrainingForm(Trainer.Settings s, Model model, Objective objective, Dataset data) {
    this.s = s;
    this.model = model;
    this.objective = objective;
    this.data = data;
    this.one = model.trace(1, true);
    this.outputs = outputs(one.outputs());
    this.outputShapes = outputs.stream().map(Output::shape).toList();
    DataCheck.requireOutputs(objective, outputShapes.size(), model.outputs().size());
    DataCheck.require(model, outputShapes, objective, data, "training data");
    List<Value> targets = Formula.targets(data.targetShapes(), 1);
    Map<String, Value> terms = objective.cost(one.outputs(), targets).parts();
    this.parts = terms.size() > 1 ? List.copyOf(terms.keySet()) : List.of();
  }

  private List<Output> outputs(List<Value> ends) {
    List<Output> all = new ArrayList<>();
    for (int i = 0; i < ends.size(); i++) {
      Output shown = Output.of(ends.get(i), model.inputs().get(0));
      Output own = i < model.outputs().size() ? model.output(i) : shown;
      all.add(objective.withTask(own, i, data.targets()));
    }
    return all;
  }

  /**
   * Requires that metrics, what is watched and a validation set suit the training too.
   *
   * @param single whether some batch has a single sample
   */
  void require(Optional<Dataset> validation, boolean single) {
    if (single) {
      DataCheck.requireMoments(one);
    }
    validation.ifPresent(
        v -> DataCheck.require(model, outputShapes, objective, v, "validation data"));
    int read = validation.isPresent() ? model.outputs().size() : outputShapes.size();
    s.metrics.forEach(m -> DataCheck.requireThere(m, read, data.targetShapes().size()));
    DataCheck.requireWatched(s, validation.isPresent());
  }

  /** Returns the outputs in training with the tasks that data and losses give them. */
  List<Output> outputs() {
    return outputs;
  }

  /** Returns the shapes of the outputs of one sample. */
  List<Shape> outputShapes() {
    return outputShapes;
  }

  /** Returns the names of the terms of the losses, if there are several. */
  List<String> parts() {
    return parts;
  }
}
