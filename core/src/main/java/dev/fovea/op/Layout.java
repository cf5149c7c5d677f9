package dev.fovea.op;

import dev.fovea.tensor.Shape;

/**
 * How the weights of a contraction lie in memory where a kernel wants them otherwise than row-major
 * in their plain shape.
 *
 * @param name what the order of elements is called; the provider of the kernel knows what it means
 * @param shape the shape in memory
 * @param plain the shape of the weights that are brought into it
 */
public record Layout(String name, Shape shape, Shape plain) {}
