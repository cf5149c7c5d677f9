/**
 * Shapes and tensors: what data is, and where random numbers come from.
 *
 * <pre>
 *    Shape, ElementType, float[] → Tensor
 *    Seed → split by name or number → Rng
 * </pre>
 */
@NullMarked
package dev.fovea.tensor;

import org.jspecify.annotations.NullMarked;
