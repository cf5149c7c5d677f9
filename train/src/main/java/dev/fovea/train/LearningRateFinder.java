package dev.fovea.train;

import dev.fovea.data.Batch;
import dev.fovea.data.BatchStream;
import dev.fovea.data.Batches;
import dev.fovea.nn.Loss;
import dev.fovea.nn.Model;
import dev.fovea.optim.Optimizer;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The learning rate range test (Smith, 2017): it trains for some steps with a learning rate that
 * rises from very small to very large and records the loss. Afterwards the model is unchanged.
 *
 * @param model the model
 * @param objective its losses
 * @param optimizer the optimiser; its own rate matters for {@code Muon} only, whose rate for biases
 *     stays in proportion to it
 * @param low the rate of the first step; 10⁻⁷ by default
 * @param high the rate of the last step; 10 by default
 * @param steps the number of steps; 100 by default
 * @param seed the seed of the samples' order and of dropout; 0 by default
 */
public record LearningRateFinder(
    Model model,
    Objective objective,
    Optimizer optimizer,
    double low,
    double high,
    int steps,
    Seed seed) {
  private static final double MEMORY = 0.9;
  private static final double DIVERGED = 4;

  /**
   * Checks the arguments.
   *
   * @throws FoveaException if the rates do not rise from above 0 or there are fewer than 2 steps
   */
  public LearningRateFinder {
    if (!(low > 0 && high > low && high < Double.POSITIVE_INFINITY) || steps < 2) {
      throw new FoveaException(
          "learning rate finder: needs rates that rise and 2 steps, got %s to %s in %s steps"
              .formatted(low, high, steps));
    }
  }

  /** Returns a finder for a model whose first output has a loss. */
  public static LearningRateFinder of(Model model, Loss loss, Optimizer optimizer) {
    return of(model, Objective.of(loss), optimizer);
  }

  /** Returns a finder for a model any of whose outputs have losses. */
  public static LearningRateFinder of(Model model, Objective objective, Optimizer optimizer) {
    return new LearningRateFinder(model, objective, optimizer, 1e-7, 10, 100, Seed.of(0));
  }

  /** Returns this finder with another range of rates. */
  public LearningRateFinder range(double lowest, double highest) {
    return new LearningRateFinder(model, objective, optimizer, lowest, highest, steps, seed);
  }

  /** Returns this finder with another number of steps. */
  public LearningRateFinder steps(int count) {
    return new LearningRateFinder(model, objective, optimizer, low, high, count, seed);
  }

  /** Returns this finder with another seed. */
  public LearningRateFinder seed(Seed other) {
    return new LearningRateFinder(model, objective, optimizer, low, high, steps, other);
  }

  /**
   * Returns the curve; it ends early where the loss is not finite or four times its lowest.
   *
   * @throws FoveaException if the samples do not suit the model or every parameter is frozen
   */
  public RateCurve find(Batches batches) {
    List<Shape> outputs =
        model.trace(1, true).outputs().stream().map(v -> v.shape().dropFirst()).toList();
    DataCheck.requireOutputs(objective, outputs.size(), model.outputs().size());
    DataCheck.require(model, outputs, objective, batches.dataset(), "training data");
    float[] before = model.parameters().values().clone();
    try {
      return new Run(batches, outputs).curve();
    } finally {
      System.arraycopy(before, 0, model.parameters().values(), 0, before.length);
      model.parameters().changed();
    }
  }

  /** The steps in progress. */
  private final class Run {
    private final Batches batches;
    private final List<Shape> outputs;
    private final TrainingStep step;
    private final List<RateCurve.Point> points = new ArrayList<>();
    private double mean;
    private double lowest = Double.POSITIVE_INFINITY;

    Run(Batches batches, List<Shape> outputs) {
      this.batches = batches;
      this.outputs = outputs;
      List<Shape> targets = batches.dataset().targetShapes();
      this.step = TrainingStep.of(Formula.of(model, objective, targets, Set.of()), optimizer);
    }

    RateCurve curve() {
      boolean goesOn = true;
      for (int epoch = 0; goesOn && points.size() < steps; epoch++) {
        goesOn = epoch(seed.split("epoch").split(epoch));
      }
      return new RateCurve(points);
    }

    /** Makes steps until the samples end; returns whether to go on. */
    private boolean epoch(Seed epochSeed) {
      try (BatchStream stream = batches.open(epochSeed)) {
        Batch batch = stream.next();
        while (batch != null && points.size() < steps) {
          DataCheck.labels(batches, epochSeed, objective, batch, outputs);
          if (!step(batch)) {
            return false;
          }
          batch = stream.next();
        }
      }
      return true;
    }

    private boolean step(Batch batch) {
      int i = points.size();
      float loss = step.gradients(batch, seed.split("step").split(i));
      double rate = low * StrictMath.pow(high / low, (double) i / (steps - 1));
      if (!Float.isFinite(loss) || !step.tryApply(rate)) {
        return false;
      }
      mean = MEMORY * mean + (1 - MEMORY) * loss;
      double smoothed = mean / (1 - StrictMath.pow(MEMORY, i + 1.0));
      points.add(new RateCurve.Point(rate, loss, smoothed));
      lowest = Math.min(lowest, smoothed);
      return smoothed <= DIVERGED * lowest;
    }
  }
}
