/**
 * The walk over a graph that turns the names of a file into known tensors and values.
 *
 * <pre>
 *   Node → Call (its Operands) → Operator → Operands → the names of GraphImport
 *          weights: FileWeights → Weights         axes of the batch: BatchAxes
 * </pre>
 */
@NullMarked
package dev.fovea.formats.onnx.walk;

import org.jspecify.annotations.NullMarked;
