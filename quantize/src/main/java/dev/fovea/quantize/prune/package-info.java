/**
 * Pruning: networks with fewer weights, made of trained ones.
 *
 * <pre>
 *    Model → MaskedModel (weights that are 0 stay so while it is trained) → Model
 *    Model → ChannelPruning (channels are removed, shapes shrink) → Model
 * </pre>
 */
@NullMarked
package dev.fovea.quantize.prune;

import org.jspecify.annotations.NullMarked;
