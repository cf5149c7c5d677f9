package dev.fovea.studio.state;

import dev.fovea.engine.Engine;
import dev.fovea.nn.Losses;
import dev.fovea.nn.Model;
import dev.fovea.nn.Observer;
import dev.fovea.nn.Summary;
import dev.fovea.studio.web.Bundle;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.TrainingStep;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A small dense network that learns points of the plane, a few steps at a time. */
public final class Play {
  /** The places of the plane that are shown, across and down. */
  public static final int SIDE = 40;

  private static final double REACH = 6;

  private final Settings settings;
  private final PlanePoints points;
  private final Seed seed;
  private final Model model;
  private final Observer watch;
  private final TrainingStep step;
  private final Tensor plane = plane();
  private long steps;

  /**
   * What learns, and what from.
   *
   * @param net the network
   * @param points what it learns
   * @param optimizer what changes the weights
   * @param seed all randomness
   */
  public record Settings(NetSpec net, PlanePoints points, NamedOptimizer optimizer, long seed) {}

  /** Creates a network that has learned nothing. */
  public Play(Settings settings) {
    this.settings = settings;
    this.points = settings.points();
    this.seed = Seed.of(settings.seed());
    this.model =
        Model.build(settings.net().layer(), Shape.of(2), seed.split("model"), Engine.shared());
    this.watch = OpenModel.watch(model);
    this.step =
        TrainingStep.of(
            model,
            Losses.crossEntropy(),
            settings.optimizer().optimizer(),
            points.labels().shape().dim(0));
  }

  private static Tensor plane() {
    float[] places = new float[2 * SIDE * SIDE];
    for (int i = 0; i < SIDE * SIDE; i++) {
      int row = i / SIDE;
      int column = i % SIDE;
      places[2 * i] = (float) (REACH * ((2.0 * column + 1) / SIDE - 1));
      places[2 * i + 1] = (float) (REACH * (1 - (2.0 * row + 1) / SIDE));
    }
    return Tensor.of(Shape.of(SIDE * SIDE, 2), places);
  }

  /** Does some steps over all points, and shows the plane as every unit sees it. */
  public synchronized Bundle go(int count) {
    float loss = 0;
    for (int i = 0; i < count; i++, steps++) {
      loss = step.gradients(seed.split(steps), points.places(), points.labels());
      step.apply();
    }
    model.parameters().changed();
    watch.follow();
    Map<String, Tensor> seen = watch.of(plane);
    List<Summary.Row> rows = model.summary().rows();
    Map<String, Object> head = new LinkedHashMap<>();
    head.put("step", steps);
    head.put("loss", count == 0 ? -1 : loss);
    head.put("right", right());
    head.put("layers", rows.stream().map(r -> Map.of("path", r.path(), "kind", r.kind())).toList());
    Bundle bundle = new Bundle(head);
    for (Summary.Row r : rows) {
      Tensor t = Objects.requireNonNull(seen.get(r.path()));
      int units = t.shape().dim(1);
      float[] maps = new float[t.data().length];
      for (int i = 0; i < maps.length; i++) {
        maps[i % units * SIDE * SIDE + i / units] = t.data()[i];
      }
      bundle.add(r.path(), List.of(units, SIDE, SIDE), maps);
    }
    return bundle
        .add("places", List.of(points.labels().shape().dim(0), 2), points.places().data())
        .add("labels", List.of(points.labels().shape().dim(0)), points.labels().data());
  }

  /** Returns a copy of the network as it is now. */
  public synchronized Model network() {
    model.parameters().changed();
    return model.copy();
  }

  /** Returns a program that does the same steps, as many as were done, to the same bits. */
  public synchronized String program() {
    return PointsProgram.of(settings, steps);
  }

  /** Returns the share of points that are in the right class. */
  private double right() {
    Tensor best = model.output(0).best(model.run(points.places()));
    int right = 0;
    for (int i = 0; i < best.data().length; i++) {
      right += best.data()[i] == points.labels().data()[i] ? 1 : 0;
    }
    return (double) right / best.data().length;
  }
}
