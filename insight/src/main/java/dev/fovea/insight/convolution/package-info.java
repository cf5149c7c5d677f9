/**
 * Convolution four ways, to be read: by its definition, as a matrix product, by Fourier's transform
 * and by Winograd's. The engine's kernels compute the same faster.
 */
@NullMarked
package dev.fovea.insight.convolution;

import org.jspecify.annotations.NullMarked;
