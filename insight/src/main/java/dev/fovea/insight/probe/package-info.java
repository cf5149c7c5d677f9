/**
 * Probes: any number inside a network, and how the score that is explained depends on it.
 *
 * <pre>
 *    model → Layers (paths, shapes, windows)
 *    model, Target, paths → Probe → a Reading per sample: score, gradient, values and gradients of layers
 * </pre>
 */
@NullMarked
package dev.fovea.insight.probe;

import org.jspecify.annotations.NullMarked;
