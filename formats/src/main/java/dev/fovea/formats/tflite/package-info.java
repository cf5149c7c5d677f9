/**
 * Reading files of TensorFlow Lite. A file is read into {@link TfliteFile}, told as a graph of ONNX
 * by a {@link Translation}, operator by operator, and read on as such:
 *
 * <pre>
 *   file bytes → FlatTable → TfliteFile → Translation ⇄ operators → OnnxModel → a network
 * </pre>
 */
@NullMarked
package dev.fovea.formats.tflite;

import org.jspecify.annotations.NullMarked;
