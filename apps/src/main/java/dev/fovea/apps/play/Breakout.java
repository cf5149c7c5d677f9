package dev.fovea.apps.play;

import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.Arrays;

/**
 * Break bricks with a ball on 10 × 10, after MinAtar's Breakout (Young and Tian, 2019): three rows
 * of bricks, a ball that moves diagonally and a paddle of one pixel in the bottom row. Moves: left,
 * stay, right. Reward: 1 for each brick. A round ends when the ball is lost or 300 moves are made;
 * when all bricks are gone, new ones appear.
 */
public final class Breakout implements Game {
  private static final int SIZE = 10;
  private static final int FIRST_BRICKS = 1;
  private static final int LAST_BRICKS = 3;
  private static final int LONGEST = 300;
  private static final int CHANNELS = 4;

  private final boolean[][] bricks = new boolean[SIZE][SIZE];
  private int x;
  private int y;
  private int dx;
  private int dy;
  private int lastX;
  private int lastY;
  private int paddle;
  private int made;
  private boolean lost;

  /** Creates a game, which {@link #begin} starts. */
  public Breakout() {
    lost = true;
  }

  @Override
  public Shape picture() {
    return Shape.of(SIZE, SIZE, CHANNELS);
  }

  @Override
  public int moves() {
    return 3;
  }

  @Override
  public void begin(Rng rng) {
    boolean left = rng.nextInt(2) == 0;
    x = left ? 0 : SIZE - 1;
    y = LAST_BRICKS;
    dx = left ? 1 : -1;
    dy = 1;
    lastX = x;
    lastY = y;
    paddle = 4;
    made = 0;
    lost = false;
    build();
  }

  private void build() {
    for (int row = FIRST_BRICKS; row <= LAST_BRICKS; row++) {
      Arrays.fill(bricks[row], true);
    }
  }

  /** Returns [10, 10, 4]: the paddle, the ball, where the ball was before, the bricks. */
  @Override
  public Tensor look() {
    Tensor picture = Tensor.zeros(picture());
    float[] p = picture.data();
    p[((SIZE - 1) * SIZE + paddle) * CHANNELS] = 1;
    p[(y * SIZE + x) * CHANNELS + 1] = 1;
    p[(lastY * SIZE + lastX) * CHANNELS + 2] = 1;
    for (int row = FIRST_BRICKS; row <= LAST_BRICKS; row++) {
      for (int column = 0; column < SIZE; column++) {
        p[(row * SIZE + column) * CHANNELS + 3] = bricks[row][column] ? 1 : 0;
      }
    }
    return picture;
  }

  @Override
  public double move(int move) {
    paddle = Math.clamp(paddle + move - 1, 0, SIZE - 1);
    made++;
    lastX = x;
    lastY = y;
    if (x + dx < 0 || x + dx >= SIZE) {
      dx = -dx;
    }
    if (y + dy < 0) {
      dy = 1;
    }
    int nextX = x + dx;
    int nextY = y + dy;
    if (bricks[nextY][nextX]) {
      return hit(nextX, nextY);
    }
    if (nextY == SIZE - 1 && nextX != paddle && x != paddle) {
      lost = true;
    } else if (nextY == SIZE - 1) {
      // Back up the way that the paddle's pixel gives it.
      dy = -1;
      nextY = y;
    }
    x = nextX;
    y = nextY;
    return 0;
  }

  private double hit(int brickX, int brickY) {
    bricks[brickY][brickX] = false;
    dy = -dy;
    boolean left = Arrays.stream(bricks).anyMatch(Breakout::hasBrick);
    if (!left) {
      build();
      bricks[y][x] = false;
    }
    return 1;
  }

  private static boolean hasBrick(boolean[] row) {
    for (boolean brick : row) {
      if (brick) {
        return true;
      }
    }
    return false;
  }

  @Override
  public boolean isOver() {
    return lost || made >= LONGEST;
  }
}
