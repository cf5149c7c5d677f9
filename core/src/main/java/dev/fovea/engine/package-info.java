/**
 * The engine: what computes, on which kernels and how many threads.
 *
 * <p>A program needs {@link dev.fovea.engine.Engine}, and for single ops on tensors {@link
 * dev.fovea.engine.Eager}. The packages within this one are for Fovea's own modules:
 *
 * <pre>
 *    layers → graph → autodiff → compile (kernel) → runtime → results
 * </pre>
 */
@NullMarked
package dev.fovea.engine;

import org.jspecify.annotations.NullMarked;
