package dev.fovea.engine.compile;

import dev.fovea.engine.kernel.Alignment;
import dev.fovea.tensor.ElementType;
import dev.fovea.tensor.FoveaException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Gives blocks of memory that are needed at different times the same addresses.
 *
 * <p>Greedy by size (Pisarchyk and Lee, 2020): the largest block first, each at the lowest address
 * that no block of overlapping lifetime occupies.
 */
final class MemoryPlanner {
  /** A block: how long it is, and the first and last step that needs it. */
  static final class Block {
    final Place.Storage storage;
    final ElementType type;
    final int size;
    int offset;
    int first;
    int last;

    Block(Place.Storage storage, ElementType type, int size, int offset, int first) {
      this.storage = storage;
      this.type = type;
      this.size = size;
      this.offset = offset;
      this.first = first;
      this.last = first;
    }
  }

  private MemoryPlanner() {}

  /** Returns the first aligned address at or after {@code offset}. */
  private static int aligned(long offset, int bytes) {
    long a = Alignment.next(offset, bytes);
    if (a > Alignment.LAST) {
      throw new FoveaException(
          "plan: the network needs more than 8 GiB of working memory; use a smaller batch or"
              + " input");
    }
    return (int) a;
  }

  /** Sets every block's offset, none below {@code begin}; returns the sizes of the arrays. */
  static Program.Size place(List<Block> blocks, int begin) {
    return new Program.Size(
        place(blocks, begin, Float.BYTES), place(blocks, begin, ElementType.INT8.bytes()));
  }

  /** Places the blocks whose elements take so many bytes: they share an array. */
  private static int place(List<Block> all, int begin, int bytes) {
    List<Block> bySize =
        new ArrayList<>(all.stream().filter(b -> b.type.bytes() == bytes).toList());
    if (bySize.isEmpty()) {
      return 0;
    }
    bySize.sort(Comparator.comparingInt((Block b) -> -b.size).thenComparingInt(b -> b.first));
    List<Block> placed = new ArrayList<>();
    int total = aligned(begin, bytes);
    for (Block b : bySize) {
      b.offset = lowest(b, placed, begin);
      int at = 0;
      while (at < placed.size() && placed.get(at).offset <= b.offset) {
        at++;
      }
      placed.add(at, b);
      total = Math.max(total, aligned((long) b.offset + b.size, bytes));
    }
    return total;
  }

  private static int lowest(Block b, List<Block> placed, int begin) {
    int bytes = b.type.bytes();
    int offset = aligned(begin, bytes);
    for (Block p : placed) {
      boolean together = p.first <= b.last && b.first <= p.last;
      if (together && p.offset + p.size > offset && p.offset < (long) offset + b.size) {
        offset = aligned((long) p.offset + p.size, bytes);
      }
    }
    return offset;
  }
}
