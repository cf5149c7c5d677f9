package dev.fovea.data;

import dev.fovea.tensor.Tensor;

/**
 * Some samples side by side.
 *
 * <p>The tensors are those of the stream's ring: they hold these samples until the next call of
 * {@link BatchStream#next()}.
 *
 * @param input the inputs [n, …]
 * @param target the targets [n, …]; class labels [n]
 * @param size the number n of samples
 * @param index the number of the batch in its epoch, from 0
 */
public record Batch(Tensor input, Tensor target, int size, int index) {}
