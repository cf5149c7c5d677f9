/**
 * Layers, initialisers, losses and models.
 *
 * <pre>
 *    Layer on a Signal → Trace → Traced graph → Model: Parameters, Output (its task)
 *    Model → Inference → tensors, Prediction;  Model → Observer → values of layers
 * </pre>
 */
@NullMarked
package dev.fovea.nn;

import org.jspecify.annotations.NullMarked;
