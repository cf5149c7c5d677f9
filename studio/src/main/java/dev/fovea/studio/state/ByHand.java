package dev.fovea.studio.state;

/**
 * What is changed by hand while a training runs: all of it is kept with its step.
 *
 * @param rates the learning rate
 * @param freezing the layers that are frozen
 */
public record ByHand(RateChanges rates, FreezeChanges freezing) {
  /** Returns the changes before a step, to which others may come. */
  ByHand until(long step) {
    return new ByHand(rates.until(step), freezing.until(step));
  }
}
