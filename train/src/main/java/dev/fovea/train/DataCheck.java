package dev.fovea.train;

import dev.fovea.data.Batch;
import dev.fovea.data.Batches;
import dev.fovea.data.Dataset;
import dev.fovea.engine.graph.Graph;
import dev.fovea.nn.Model;
import dev.fovea.nn.Parameters.Parameter;
import dev.fovea.nn.Traced;
import dev.fovea.op.Normalization;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.ShapeException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Checks whether a model, its losses and metrics and the data suit each other. */
final class DataCheck {
  private DataCheck() {}

  /**
   * Requires samples that suit a model and its losses.
   *
   * @param outputs the shapes of one sample of each output
   */
  static void require(
      Model model, List<Shape> outputs, @Nullable Objective objective, Dataset data, String what) {
    if (data.inputShapes().size() != model.inputs().size()) {
      throw new FoveaException(
          what
              + ": samples have "
              + count(data.inputShapes().size(), "input")
              + ", the model "
              + model.inputs().size());
    }
    for (int i = 0; i < model.inputs().size(); i++) {
      Shape has = data.inputShapes().get(i);
      if (!has.equals(model.inputs().get(i))) {
        String which = model.inputs().size() == 1 ? "" : " of input " + i;
        throw new FoveaException(
            what + ": samples are " + has + which + ", the model takes " + model.inputs().get(i));
      }
    }
    if (objective != null) {
      objective.heads().forEach(h -> require(h, outputs, data, what));
    }
  }

  private static String count(int n, String what) {
    return n + " " + what + (n == 1 ? "" : "s");
  }

  private static void require(Objective.Head h, List<Shape> outputs, Dataset data, String what) {
    if (h.target() >= data.targetShapes().size()) {
      throw lacking(data, what, h.target());
    }
    if (h.lastOutput() >= outputs.size()) {
      return;
    }
    Shape output = outputs.get(h.output());
    List<Shape> wanted = h.targetShapes(outputs);
    for (int i = 0; i < wanted.size(); i++) {
      if (h.target() + i >= data.targetShapes().size()) {
        throw lacking(data, what, h.target() + i);
      }
      Shape has = data.targetShapes().get(h.target() + i);
      if (!wanted.get(i).sameButForOnes(has)) {
        throw new FoveaException(
            what
                + ": targets are "
                + has
                + ", "
                + h.loss().name()
                + " of outputs "
                + output
                + " takes "
                + wanted.get(i));
      }
    }
    boolean named = h.loss().takesLabels() && h.target() == 0;
    if (named && data.classes().size() > output.dim(-1)) {
      throw new FoveaException(
          what
              + ": has "
              + data.classes().size()
              + " classes, the model "
              + output.dim(-1)
              + " outputs");
    }
  }

  private static FoveaException lacking(Dataset data, String what, int target) {
    return new FoveaException(
        what
            + ": samples have "
            + count(data.targetShapes().size(), "target")
            + ", the objective reads target "
            + target);
  }

  /**
   * Requires more than one value per channel wherever a batch norm takes statistics of the batch.
   *
   * @param traced the network in training
   */
  static void requireMoments(Traced traced) {
    for (Value v : Graph.topological(traced.outputs())) {
      boolean moments = v.op() instanceof Normalization.BatchMoments;
      if (moments && v.input(0).shape().elements() == v.input(0).shape().dim(-1)) {
        throw new ShapeException(
                "batch_norm",
                "one value per channel has no variance to train on; use batches of 2 or more"
                    + " samples (on a cluster 2 for each worker), drop a last one of 1"
                    + " (withDropLast), or freeze the layer",
                List.of(v.input(0).shape()))
            .at(traced.paths().of(v));
      }
    }
  }

  /** Requires outputs in training for all losses, and a loss for some output in inference. */
  static void requireOutputs(Objective objective, int training, int inference) {
    for (Objective.Head h : objective.heads()) {
      if (h.lastOutput() >= training) {
        throw new FoveaException(
            "objective: "
                + h.description()
                + ", the model has "
                + count(training, "output")
                + " in training (0 to "
                + (training - 1)
                + ")");
      }
    }
    requireInference(objective, inference);
  }

  /** Requires a loss for some output in inference. */
  static void requireInference(Objective objective, int inference) {
    if (objective.heads().stream().noneMatch(h -> h.lastOutput() < inference)) {
      throw new FoveaException("objective: no loss is of an output that inference has");
    }
  }

  /** Requires the output and the target of a metric. */
  static void requireThere(Metric m, int outputs, int targets) {
    if (m.output() >= outputs || m.target() >= targets) {
      throw new FoveaException(
          "metric %s: measures output %s by target %s, there are %s and %s (numbers from 0)"
              .formatted(m.name(), m.output(), m.target(), outputs, targets));
    }
  }

  /**
   * Requires that all figures are measured which are watched to stop a training or to lower its
   * learning rate.
   *
   * @param validates whether there is a validation set: measures are of that alone
   */
  static void requireWatched(Trainer.Settings s, boolean validates) {
    Set<String> measured = new LinkedHashSet<>(List.of(Figure.LOSS.name()));
    s.metrics.forEach(m -> measured.add(m.name()));
    Set<String> validated =
        s.measures.stream().flatMap(m -> m.names().stream()).collect(Collectors.toSet());
    if (validates) {
      measured.addAll(validated);
    }
    Stream<Figure> watched =
        Stream.concat(
            s.plateau.map(Plateau::figure).stream(),
            s.callbacks.stream()
                .filter(EarlyStopping.class::isInstance)
                .map(c -> ((EarlyStopping) c).figure()));
    watched
        .map(Figure::name)
        .filter(name -> !measured.contains(name))
        .findFirst()
        .ifPresent(name -> {
          throw new FoveaException(
              validated.contains(name)
                  ? "figure %s is watched but measured on a validation set alone; give one"
                      .formatted(name)
                  : "metric %s is watched but not measured; give it to the trainer's metrics too"
                      .formatted(name));
        });
  }

  /**
   * Returns the parameters that training changes.
   *
   * @throws FoveaException if there are none
   */
  static List<Parameter> trained(Model model) {
    List<Parameter> trained =
        model.parameters().all().stream()
            .filter(p -> p.trainable() && !model.isFrozen(p.name()))
            .toList();
    if (trained.isEmpty()) {
      throw new FoveaException("nothing to train: the model has no parameter that is not frozen");
    }
    return trained;
  }

  /** Requires class indices below the number of outputs, where a loss takes class indices. */
  static void labels(
      Batches batches, Seed epoch, Objective objective, Batch batch, List<Shape> outputs) {
    for (int k = 0; k < objective.heads().size(); k++) {
      Objective.Head h = objective.heads().get(k);
      if (h.loss().takesLabels() && h.output() < outputs.size()) {
        labels(batches, epoch, h, batch, Classes.of(outputs.get(h.output())));
      }
    }
  }

  private static void labels(
      Batches batches, Seed epoch, Objective.Head h, Batch batch, int classes) {
    float[] t = batch.targets().get(h.target()).data();
    for (int j = 0; j < t.length; j++) {
      boolean known = t[j] >= 0 && t[j] < classes && t[j] == (int) t[j];
      if (!known && !h.loss().ignores(t[j])) {
        throw new FoveaException(
            "sample "
                + sampleAt(batches, epoch, batch, j / (t.length / batch.size()))
                + ": class "
                + (t[j] == (int) t[j] ? String.valueOf((int) t[j]) : String.valueOf(t[j]))
                + " of a network with outputs for classes 0 to "
                + (classes - 1));
      }
    }
  }

  /** Returns the number in the data set of the {@code i}-th sample of a batch. */
  static int sampleAt(Batches batches, Seed epoch, Batch batch, int i) {
    int at = batch.index() * batches.batchSize() + i;
    Dataset data = batches.dataset();
    return data.inRandomOrder() ? epoch.split("order").rng().permutation(data.size())[at] : at;
  }
}
