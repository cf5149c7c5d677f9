package dev.fovea.bench;

import java.util.OptionalDouble;

/**
 * What one measurement of one contestant gave.
 *
 * @param ms the median time of a step in milliseconds
 * @param megabytes the most memory its process has had so far, if the system tells
 * @param peakGflops the machine's FMA peak right after it, if it was measured
 */
record Measurement(double ms, OptionalDouble megabytes, OptionalDouble peakGflops) {}
