package dev.fovea.vision;

import dev.fovea.tensor.Tensor;

/**
 * A picture that was brought into a network's input.
 *
 * @param input the input [H, W, C], its values 0 … 255
 * @param placement where in it the picture lies
 */
public record Placed(Tensor input, Placement placement) {}
