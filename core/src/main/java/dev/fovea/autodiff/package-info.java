/** Gradients: the gradient of a graph is a graph. */
@NullMarked
package dev.fovea.autodiff;

import org.jspecify.annotations.NullMarked;
