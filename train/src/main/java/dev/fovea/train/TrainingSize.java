package dev.fovea.train;

import dev.fovea.data.Dataset;
import dev.fovea.nn.Model;
import java.util.function.UnaryOperator;

/**
 * A further size of the pictures that a network learns from; see {@link Trainer#multiScale}.
 *
 * @param network returns the network for inputs of this size over the parameters of the model that
 *     is trained, such as {@code m -> m.withInputs(Shape.of(160, 160, 3))}
 * @param objective what is made small, of inputs and targets of this size
 * @param samples the samples of the training in this size, in the same order
 */
public record TrainingSize(UnaryOperator<Model> network, Objective objective, Dataset samples) {}
