package dev.fovea.spark;

import dev.fovea.engine.Engine;
import dev.fovea.train.Trainer;
import java.io.Serializable;

/**
 * Makes the trainer of a training, once on the driver and once for each task that an executor runs
 * at a time. What is made must be the same everywhere, so the model and the trainer get fixed
 * seeds, and only what can be serialized is captured:
 *
 * <pre>{@code
 * TrainerFactory factory = engine ->
 *     Trainer.of(Zoo.find("lenet5").model(Scale.full(10), Shape.of(28, 28, 1), Seed.of(1), engine)
 *                 .withMetadata(Map.of("net", "lenet5")),
 *             crossEntropy(), adam(4e-3))
 *         .metrics(accuracy()).schedule(oneCycle()).seed(Seed.of(1));
 * }</pre>
 *
 * <p>{@code net} in the model's metadata, a network of the zoo, is what {@link FoveaModel#read} and
 * {@code fovea predict} know the network by; a model that is not read from its file needs none.
 *
 * <p>Callbacks and listeners are called on the driver alone.
 */
@FunctionalInterface
public interface TrainerFactory extends Serializable {
  /**
   * Returns a trainer.
   *
   * @param engine the engine of its model
   */
  Trainer trainer(Engine engine);
}
