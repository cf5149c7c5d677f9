/** Reading, running and writing ONNX files. */
@NullMarked
package dev.fovea.formats.onnx;

import org.jspecify.annotations.NullMarked;
