package dev.fovea.train;

/**
 * Everything that one pass over a data set tells about a classifier.
 *
 * @param scores the loss and the metrics
 * @param matrix how often each class was taken for each
 */
public record Evaluation(Scores scores, ConfusionMatrix matrix) {}
