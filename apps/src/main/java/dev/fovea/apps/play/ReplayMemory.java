package dev.fovea.apps.play;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The last moves of a player, from which batches are drawn evenly: learning from moves that do not
 * follow each other keeps it stable. Lin (1992); Mnih et al. (2015).
 */
public final class ReplayMemory {
  private final int capacity;
  private final List<Move> moves = new ArrayList<>();
  private int next;

  /**
   * A move and what became of it.
   *
   * @param before the picture before it
   * @param move its number
   * @param reward the reward
   * @param after the picture after it
   * @param ended whether the round ended with it
   */
  public record Move(Tensor before, int move, double reward, Tensor after, boolean ended) {}

  /**
   * Moves as tensors.
   *
   * @param before the pictures before them [N, H, W, C]
   * @param after the pictures after them [N, H, W, C]
   * @param moves the moves in the same order
   */
  public record Draw(Tensor before, Tensor after, List<Move> moves) {
    /** Creates a draw. */
    public Draw {
      moves = List.copyOf(moves);
    }
  }

  /**
   * Creates an empty memory.
   *
   * @param capacity how many moves it keeps; the oldest are forgotten
   */
  public ReplayMemory(int capacity) {
    if (capacity < 1) {
      throw new FoveaException("replay memory: a capacity of at least 1 expected, got " + capacity);
    }
    this.capacity = capacity;
  }

  /** Returns the number of moves in it. */
  public int size() {
    return moves.size();
  }

  /** Remembers a move. */
  public void add(Move move) {
    if (moves.size() < capacity) {
      moves.add(move);
    } else {
      moves.set(next, move);
    }
    next = (next + 1) % capacity;
  }

  /**
   * Draws moves, each evenly from all; one may come several times.
   *
   * @throws FoveaException if there are none
   */
  public Draw draw(int count, Rng rng) {
    if (moves.isEmpty()) {
      throw new FoveaException("replay memory: nothing to draw from");
    }
    Shape picture = moves.get(0).before().shape();
    Tensor before = Tensor.zeros(picture.prepend(count));
    Tensor after = Tensor.zeros(picture.prepend(count));
    int size = picture.elements();
    List<Move> drawn = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Move m = moves.get(rng.nextInt(moves.size()));
      System.arraycopy(m.before().data(), 0, before.data(), i * size, size);
      System.arraycopy(m.after().data(), 0, after.data(), i * size, size);
      drawn.add(m);
    }
    return new Draw(before, after, drawn);
  }
}
