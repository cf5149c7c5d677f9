package dev.fovea.train;

/**
 * The results of one pass over a data set for a classifier.
 *
 * @param scores the loss and the metrics
 * @param matrix the confusion matrix: how often each class was predicted for each true class
 */
public record Evaluation(Scores scores, ConfusionMatrix matrix) {}
