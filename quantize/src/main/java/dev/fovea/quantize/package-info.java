/**
 * Networks of 8 bits, made of a trained network and samples.
 *
 * <pre>
 *    Model, samples → QuantizableGraph (ranges of values) → Quantizer → QuantizedNetwork → Model
 * </pre>
 */
@NullMarked
package dev.fovea.quantize;

import org.jspecify.annotations.NullMarked;
