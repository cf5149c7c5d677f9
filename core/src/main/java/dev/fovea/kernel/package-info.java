/** Kernels and their providers; the scalar provider is the specification. */
@NullMarked
package dev.fovea.kernel;

import org.jspecify.annotations.NullMarked;
