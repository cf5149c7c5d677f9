package dev.fovea.apps.play;

import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;

/** A game of one player that shows its state as a picture. */
public interface Game {
  /** Returns the shape [H, W, C] of its pictures. */
  Shape picture();

  /** Returns the number of moves; they are numbered from 0. */
  int moves();

  /**
   * Begins a round.
   *
   * @param rng decides all that is left to chance in it
   */
  void begin(Rng rng);

  /** Returns the picture of the state, values 0 … 1. */
  Tensor look();

  /**
   * Makes a move.
   *
   * @return the reward
   */
  double move(int move);

  /** Returns whether the round has ended. */
  boolean isOver();
}
