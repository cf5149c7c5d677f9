/**
 * Tensors of any element type whose values are known while a network is built.
 *
 * <pre>
 *   TensorProto → Tensors → HostTensor (DataType, SmallFloat) → read element by element
 * </pre>
 */
@NullMarked
package dev.fovea.formats.onnx.tensors;

import org.jspecify.annotations.NullMarked;
