package dev.fovea.train;

import dev.fovea.data.Batches;
import dev.fovea.data.Dataset;
import dev.fovea.nn.Model;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * The sizes of the pictures of a training, which take turns: the one that is evaluated first, then
 * the others. Which one a batch has follows from the seed of the epoch and the batch's number.
 *
 * @param all the sizes, one or more
 * @param turn how many batches have one size
 */
record TrainingSizes(List<InSize> all, int turn) {
  /**
   * A training in one size.
   *
   * @param network returns the network for it, over the parameters of a model
   * @param model the network over the parameters of all
   * @param objective what is made small
   * @param batches the samples
   * @param form what the network tells
   */
  record InSize(
      UnaryOperator<Model> network,
      Model model,
      Objective objective,
      Batches batches,
      TrainingForm form) {
    private static InSize of(
        Trainer.Settings s, UnaryOperator<Model> network, Objective objective, Batches batches) {
      Model model = sized(network, s.model, batches.dataset().inputShape());
      if (model.parameters() != s.model.parameters()) {
        throw new FoveaException(
            "multi-scale: the network for %s has parameters of its own; Model.withInputs gives one"
                    .formatted(batches.dataset().inputShape())
                + " that shares them");
      }
      TrainingForm form = new TrainingForm(s, model, objective, batches.dataset());
      return new InSize(network, model, objective, batches, form);
    }

    private static Model sized(UnaryOperator<Model> network, Model trained, Shape input) {
      try {
        return network.apply(trained);
      } catch (FoveaException e) {
        throw new FoveaException(
            "multi-scale: the network of %s has no form for %s: %s"
                .formatted(trained.inputs().get(0), input, e.getMessage()),
            e);
      }
    }

    /** Returns what a step computes in this size of the parameters of a model. */
    Formula formula(Model changing, Set<Integer> outputs) {
      List<Shape> targets = batches.dataset().targetShapes();
      return Formula.of(network.apply(changing), objective, targets, outputs);
    }
  }

  /**
   * Returns the sizes of a training.
   *
   * @param batches the samples in the size that is evaluated
   * @throws FoveaException if a network, an objective and samples do not suit each other, or some
   *     samples are others
   */
  static TrainingSizes of(Trainer.Settings s, Batches batches) {
    List<InSize> all = new ArrayList<>();
    all.add(InSize.of(s, UnaryOperator.identity(), s.objective, batches));
    for (TrainingSize size : s.sizes) {
      requireSame(size, batches);
      Batches own =
          new Batches(size.samples(), batches.batchSize(), batches.dropLast(), batches.threads());
      all.add(InSize.of(s, size.network(), size.objective(), own));
    }
    return new TrainingSizes(List.copyOf(all), s.sizes.isEmpty() ? batches.count() : s.turn);
  }

  private static void requireSame(TrainingSize size, Batches batches) {
    String usual = order(batches.dataset());
    String other = order(size.samples());
    if (!usual.equals(other)) {
      throw new FoveaException(
          "multi-scale: the same samples in the same order expected, got %s of %s and %s of %s"
              .formatted(
                  usual, batches.dataset().inputShape(), other, size.samples().inputShape()));
    }
  }

  private static String order(Dataset samples) {
    return samples.size() + (samples.inRandomOrder() ? " shuffled" : "");
  }

  /** Returns the size that a batch of an epoch has, as a number from 0. */
  int of(Seed epochSeed, int batch) {
    return all.size() == 1
        ? 0
        : epochSeed.split("size").split(batch / turn).rng().nextInt(all.size());
  }

  /** Returns the number behind the last batch of the turn that a batch belongs to. */
  int endOfTurn(int batch) {
    return Math.min(all.get(0).batches.count(), (batch / turn + 1) * turn);
  }

  /** Opens an epoch at a batch. */
  SizedStream open(Seed epochSeed, int firstBatch) {
    return new SizedStream(this, epochSeed, firstBatch);
  }

  /** Returns the memory of all batches that are loaded ahead, in bytes. */
  long bytesAhead() {
    long most = all.stream().mapToLong(i -> i.batches.bytes()).max().orElseThrow();
    return all.size() == 1 ? most : 2 * most; // those of the next turn beside those of this one
  }

  /** Returns a line that lists the sizes; empty if there is one. */
  String description() {
    return all.size() == 1
        ? ""
        : all.stream()
            .map(i -> i.batches.dataset().inputShape().times())
            .collect(Collectors.joining(" ", "", ", each for " + turn + " batches"));
  }
}
