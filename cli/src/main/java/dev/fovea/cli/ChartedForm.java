package dev.fovea.cli;

import java.util.OptionalDouble;

/**
 * A form of a network as a point of a chart.
 *
 * @param name what is written beside it
 * @param accuracy the share of right answers
 * @param bytes the size of its file, if that is known
 * @param millis the milliseconds of a picture, if they are known
 * @param peer whether another tool made it
 */
record ChartedForm(
    String name, double accuracy, OptionalDouble bytes, OptionalDouble millis, boolean peer) {}
