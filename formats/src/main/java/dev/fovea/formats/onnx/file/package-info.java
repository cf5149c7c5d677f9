/**
 * A parsed file, before anything is made of it.
 *
 * <pre>
 *   file → OnnxFile → OnnxModel (Opsets) → Node, in the order of NodeOrder
 *                     └ FreeExtents: what weights tell of inputs
 * </pre>
 */
@NullMarked
package dev.fovea.formats.onnx.file;

import org.jspecify.annotations.NullMarked;
