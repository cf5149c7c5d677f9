package dev.fovea.studio.lesson;

import dev.fovea.studio.web.Fields;

/**
 * A small computation that a lesson shows: from a few settings it makes numbers, tables, curves and
 * pictures. It gives the same answer to the same settings every time.
 */
public interface Experiment {
  /** Returns its name, by which lessons ask for it. */
  String name();

  /**
   * Computes what the lesson shows.
   *
   * @param settings what was chosen on the page
   * @throws dev.fovea.tensor.FoveaException if a setting is missing or out of its bounds
   */
  Figures show(Fields settings);
}
