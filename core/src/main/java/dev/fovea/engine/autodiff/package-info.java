/**
 * Gradients: the gradient of a graph is a graph.
 *
 * <pre>
 *    loss, values → Autodiff → one gradient per value, made of further values
 * </pre>
 */
@NullMarked
package dev.fovea.engine.autodiff;

import org.jspecify.annotations.NullMarked;
