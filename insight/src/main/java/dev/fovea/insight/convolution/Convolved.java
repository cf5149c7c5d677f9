package dev.fovea.insight.convolution;

import dev.fovea.tensor.Tensor;

/**
 * The result of a convolution and what it took.
 *
 * @param output [H′, W′, Cout]
 * @param multiplications how many products of two numbers were computed, transforms included
 * @param bytes memory besides input, weights and output, in floats or doubles as they are held
 */
public record Convolved(Tensor output, long multiplications, long bytes) {}
