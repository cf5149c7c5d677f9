/** Networks of 8 bits: from a trained one and samples, numbers on a grid. */
@NullMarked
package dev.fovea.quantize;

import org.jspecify.annotations.NullMarked;
