package dev.fovea.apps.play;

import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;

/**
 * Catch a falling ball: it starts in a random column of the top row of 10 × 10 and falls a row per
 * move, with a drift of −1, 0 or 1 column that bounces off the walls; the paddle in the bottom row
 * is one pixel wide and starts in the middle. Moves: left, stay, right. Reward at the end of a
 * round: 1 for a ball caught, −1 for one missed.
 *
 * <p>Whoever plays perfectly catches every ball: nine moves suffice to get from the middle
 * anywhere.
 */
public final class Catch implements Game {
  private static final int SIZE = 10;

  private int row;
  private int column;
  private int drift;
  private int paddle;

  /** Creates a game, which {@link #begin} starts. */
  public Catch() {
    row = SIZE - 1;
  }

  @Override
  public Shape picture() {
    return Shape.of(SIZE, SIZE, 2);
  }

  @Override
  public int moves() {
    return 3;
  }

  @Override
  public void begin(Rng rng) {
    row = 0;
    column = rng.nextInt(SIZE);
    drift = rng.nextInt(3) - 1;
    paddle = SIZE / 2;
  }

  /**
   * Returns [10, 10, 2]: the ball and its last place, so that its drift can be seen; the paddle.
   */
  @Override
  public Tensor look() {
    Tensor picture = Tensor.zeros(picture());
    picture.data()[(row * SIZE + column) * 2] = 1;
    if (row > 0) {
      picture.data()[((row - 1) * SIZE + Math.clamp(column - drift, 0, SIZE - 1)) * 2] = 0.5f;
    }
    picture.data()[((SIZE - 1) * SIZE + paddle) * 2 + 1] = 1;
    return picture;
  }

  @Override
  public double move(int move) {
    paddle = Math.clamp(paddle + move - 1, 0, SIZE - 1);
    if (column + drift < 0 || column + drift >= SIZE) {
      drift = -drift;
    }
    column += drift;
    row++;
    if (!isOver()) {
      return 0;
    }
    return column == paddle ? 1 : -1;
  }

  @Override
  public boolean isOver() {
    return row == SIZE - 1;
  }
}
