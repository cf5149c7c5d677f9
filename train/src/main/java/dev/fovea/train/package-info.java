/**
 * Training: the loop, callbacks, metrics and checkpoints.
 *
 * <pre>
 *    Trainer → TrainingRun: Batch → TrainingStep (gradients, update) → Progress → Checkpoint
 *                           what is trained (ChangingStep) and at which rate (LearningRates)
 *                           epoch → Evaluator (Metrics) → History → Callbacks
 * </pre>
 */
@NullMarked
package dev.fovea.train;

import org.jspecify.annotations.NullMarked;
