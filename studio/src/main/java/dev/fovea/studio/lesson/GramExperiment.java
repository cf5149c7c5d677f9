package dev.fovea.studio.lesson;

import dev.fovea.engine.Engine;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Model;
import dev.fovea.op.Value;
import dev.fovea.studio.web.Fields;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;

/**
 * The Gram matrix of two maps of 2 × 2, Gᵢⱼ = Σ Fᵢ · Fⱼ over all places: what style transfer
 * compares. It stays where places change.
 */
final class GramExperiment implements Experiment {
  private static final int PLACES = 4;

  @Override
  public String name() {
    return "gram";
  }

  @Override
  public Figures show(Fields f) {
    boolean moved = f.oneOf("places", List.of("as they are", "moved")).equals("moved");
    Tensor first = moved ? rows(3, 4, 1, 2) : rows(1, 2, 3, 4);
    Tensor second = moved ? rows(1, 0, 0, 1) : rows(0, 1, 1, 0);
    Layer gram =
        x -> {
          Value maps = x.value().reshape(Shape.of(x.shape().dim(0), PLACES, 2));
          return x.with(maps.transpose(0, 2, 1).matmul(maps));
        };
    Model model = Model.build(gram, Shape.of(2, 2, 2), Seed.of(0), Engine.shared());
    Tensor maps = Tensor.zeros(Shape.of(1, 2, 2, 2));
    for (int i = 0; i < PLACES; i++) {
      maps.data()[2 * i] = first.data()[i];
      maps.data()[2 * i + 1] = second.data()[i];
    }
    Tensor g = model.run(maps);
    return new Figures()
        .number("map 1 with map 1", g.data()[0])
        .number("map 1 with map 2", g.data()[1])
        .number("map 2 with map 2", g.data()[3])
        .grid("map 1", first)
        .grid("map 2", second)
        .grid("Gram matrix", g.reshape(Shape.of(2, 2)));
  }

  private static Tensor rows(float... values) {
    return Tensor.of(Shape.of(2, 2), values);
  }
}
