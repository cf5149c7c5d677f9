/**
 * Whole graphs: as networks that are trained and run, or run once with any inputs.
 *
 * <pre>
 *   OnnxModel → InputPorts, NetworkSize → OnnxNetwork → signals
 *   OnnxModel, PortValues → GraphRunner → results
 * </pre>
 */
@NullMarked
package dev.fovea.formats.onnx.network;

import org.jspecify.annotations.NullMarked;
