/** Reading, running, quantizing and writing ONNX files. */
@NullMarked
package dev.fovea.formats.onnx;

import org.jspecify.annotations.NullMarked;
