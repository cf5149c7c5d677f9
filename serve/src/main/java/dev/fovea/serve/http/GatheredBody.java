package dev.fovea.serve.http;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * A body that is answered only once all of it has arrived, put together in one array. Its memory is
 * taken as it comes: room is made for at most four times what has arrived.
 */
final class GatheredBody {
  private static final int AHEAD = 4;
  private static final int DOUBLE = 2;

  private final MemoryBudget.Share memory;
  private final int announced;
  private byte[] bytes = new byte[0];
  private int length;

  /**
   * Creates one of which nothing has arrived.
   *
   * @param memory what its request takes
   * @param announced how many bytes it will have
   */
  GatheredBody(MemoryBudget.Share memory, int announced) {
    this.memory = memory;
    this.announced = announced;
  }

  /**
   * Adds bytes that have arrived.
   *
   * @throws HttpException if there is no memory for them; they are not added then
   */
  void add(ByteBuf part) {
    int count = part.readableBytes();
    long needed = (long) length + count;
    if (needed > bytes.length) {
      long room = announced <= AHEAD * needed ? Math.max(announced, needed) : DOUBLE * needed;
      memory.takeUpTo(room);
      bytes = Arrays.copyOf(bytes, (int) room);
    }
    part.getBytes(part.readerIndex(), bytes, length, count);
    length += count;
  }

  /** Returns what has arrived. */
  byte[] bytes() {
    return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
  }
}
