/** Shapes and tensors: what data is. */
@NullMarked
package dev.fovea.tensor;

import org.jspecify.annotations.NullMarked;
