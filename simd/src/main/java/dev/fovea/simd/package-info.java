/**
 * Kernels written with the Vector API.
 *
 * <pre>
 *    SimdProvider → Contractions, ConvolutionChoice → a kernel → Micro, TieredMicro
 * </pre>
 */
@NullMarked
package dev.fovea.simd;

import org.jspecify.annotations.NullMarked;
