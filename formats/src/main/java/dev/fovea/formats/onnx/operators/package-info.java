/**
 * What each operator does: a file per family, listed in {@link
 * dev.fovea.formats.onnx.operators.Operators}.
 *
 * <pre>
 *   Call → …Operators (values of the core) or …Functions (Java on known tensors) → Operands
 * </pre>
 */
@NullMarked
package dev.fovea.formats.onnx.operators;

import org.jspecify.annotations.NullMarked;
