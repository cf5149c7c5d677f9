/** Kernels written with the Vector API. */
@NullMarked
package dev.fovea.simd;

import org.jspecify.annotations.NullMarked;
