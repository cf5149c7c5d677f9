/**
 * Ops: the closed set of tensor computations, each with its shape rule, element type and gradient.
 *
 * <pre>
 *    Source (an input, a parameter of a ParameterStore, a constant) → Value
 *    Value, Value, … → Op (Contraction, Elementwise, Movement, Normalization, …) → Value
 * </pre>
 */
@NullMarked
package dev.fovea.op;

import org.jspecify.annotations.NullMarked;
