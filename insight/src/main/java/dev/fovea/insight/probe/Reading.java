package dev.fovea.insight.probe;

import dev.fovea.tensor.Tensor;
import java.util.Map;

/**
 * What a probe has read for one sample.
 *
 * @param score the number that is explained
 * @param gradient of the score with respect to the input, of its shape; without elements where it
 *     was not asked for
 * @param values what the layers computed, by path: [H, W, C] or [C]
 * @param gradients of the score with respect to these
 */
public record Reading(
    float score, Tensor gradient, Map<String, Tensor> values, Map<String, Tensor> gradients) {}
