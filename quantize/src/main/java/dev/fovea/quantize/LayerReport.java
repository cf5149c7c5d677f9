package dev.fovea.quantize;

/**
 * What 8 bits do to a layer.
 *
 * @param path the path of the layer
 * @param kind its kind and size, such as "conv 5×5 1→6" or "dense 400→120"
 * @param range the real numbers that the 256 steps of what it reads hold
 * @param clipped the share of what it reads that lies outside
 * @param signalToNoise 10 · log₁₀(Σ y² / Σ (ŷ − y)²) in decibels, with y the layer's results in
 *     floating point and ŷ those of the network of 8 bits, so that errors of earlier layers are in
 *     it; infinite if they are equal
 */
public record LayerReport(
    String path, String kind, ValueRange range, double clipped, double signalToNoise) {}
