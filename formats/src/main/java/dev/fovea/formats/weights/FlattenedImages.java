package dev.fovea.formats.weights;

import dev.fovea.nn.Model;
import dev.fovea.nn.Traced;
import dev.fovea.op.Contraction;
import dev.fovea.op.Elementwise;
import dev.fovea.op.Movement;
import dev.fovea.op.Normalization;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The parameters of a model over images laid out flat: their order is that of H, W, C here and of
 * C, H, W in other libraries.
 */
final class FlattenedImages {
  private FlattenedImages() {}

  /** Returns the shape [H, W, C] of the image by the name of each parameter over one. */
  static Map<String, Shape> of(Model model) {
    Traced traced = model.trace(1, false);
    Map<String, Shape> images = new HashMap<>();
    Set<Value> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Value> open = new ArrayDeque<>(traced.outputs());
    while (!open.isEmpty()) {
      Value v = open.pop();
      if (seen.add(v)) {
        note(v, images);
        v.inputs().forEach(open::push);
      }
    }
    return images;
  }

  private static void note(Value v, Map<String, Shape> images) {
    boolean dense = v.op() instanceof Contraction.MatMul && v.input(0).shape().rank() == 2;
    boolean norm = v.op() instanceof Normalization.BatchNorm && v.shape().rank() == 2;
    if (dense || norm) {
      image(v.input(0))
          .ifPresent(shape ->
              v.inputs().subList(1, v.inputs().size()).forEach(p -> put(p, shape, images)));
    }
  }

  /** Notes the parameters that a value is made of, without computation. */
  private static void put(Value v, Shape image, Map<String, Shape> images) {
    if (v.op() instanceof Source.Parameter p) {
      images.put(p.name(), image);
    } else if (v.op() instanceof Movement) {
      v.inputs().forEach(in -> put(in, image, images));
    }
  }

  /** Returns the image [H, W, C] of more than one pixel that rows [N, features] were made of. */
  private static Optional<Shape> image(Value rows) {
    Value v = rows;
    while (v.shape().rank() == 2 && !v.inputs().isEmpty()) {
      if (v.op() instanceof Movement.Reshape) {
        Shape from = v.input(0).shape();
        boolean pixels = from.rank() == 4 && from.dim(1) * from.dim(2) > 1 && from.dim(3) > 1;
        return pixels ? Optional.of(from.dropFirst()) : Optional.empty();
      }
      boolean keeps = v.op() instanceof Elementwise || v.op() instanceof Normalization.BatchNorm;
      if (!keeps) {
        return Optional.empty();
      }
      v = v.input(0);
    }
    return Optional.empty();
  }
}
