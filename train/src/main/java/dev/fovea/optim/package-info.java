/**
 * Optimisers and learning-rate schedules.
 *
 * <pre>
 *    Optimizer (an UpdateRule), gradients → OptimizerState → parameters
 *    Schedule: step → factor of the learning rate
 * </pre>
 */
@NullMarked
package dev.fovea.optim;

import org.jspecify.annotations.NullMarked;
