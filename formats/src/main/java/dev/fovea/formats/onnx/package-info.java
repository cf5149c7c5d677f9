/**
 * Reading, running and writing ONNX files. What each stage needs lies in a package of its own, in
 * the order in which data passes them:
 *
 * <pre>
 *   file bytes → tensors → file → walk ⇄ operators → network → a network, or results
 *                                                    export  ← a model
 * </pre>
 *
 * <p>This package holds the doors: {@link dev.fovea.formats.onnx.OnnxReader}, {@link
 * dev.fovea.formats.onnx.OnnxFormat} and {@link dev.fovea.formats.onnx.Conformance}.
 */
@NullMarked
package dev.fovea.formats.onnx;

import org.jspecify.annotations.NullMarked;
