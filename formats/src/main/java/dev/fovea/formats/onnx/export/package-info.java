/**
 * Models as graphs of the format: the import the other way round.
 *
 * <pre>
 *   model → OnnxWriter → ExportGraph → ExportOperators, ExportMovements, ExportForms → nodes
 * </pre>
 */
@NullMarked
package dev.fovea.formats.onnx.export;

import org.jspecify.annotations.NullMarked;
