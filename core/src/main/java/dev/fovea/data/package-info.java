/**
 * Samples, their changes, data sets and batches.
 *
 * <pre>
 *    files → Dataset → Sample (inputs and marks) → Augmentation → Sample
 *          → Normalized → BatchBuffer → BatchStream → Batch
 * </pre>
 */
@NullMarked
package dev.fovea.data;

import org.jspecify.annotations.NullMarked;
