package dev.fovea.vision;

import dev.fovea.tensor.Tensor;

/**
 * A picture that was placed in a network's input.
 *
 * @param input the input [H, W, C] with values 0 … 255
 * @param placement the position of the picture in the input
 */
public record Placed(Tensor input, Placement placement) {}
