package dev.fovea.serve.http;

import java.util.concurrent.Semaphore;

/**
 * The memory that the bodies of all requests may take together, with what is made of them, the
 * outputs of networks and the answers: beyond it requests are refused, so that no number of clients
 * exhausts the heap.
 *
 * <p>What is copied for a moment while a body is read is not counted: up to as much again as the
 * body. So a budget should be well below half of the heap.
 */
public final class MemoryBudget {
  private static final int UNIT = 1 << 10;

  private final int all;
  private final Semaphore free;

  /** Creates a budget of so many bytes. */
  public MemoryBudget(long bytes) {
    this.all = units(bytes);
    this.free = new Semaphore(all);
  }

  private static int units(long bytes) {
    return (int) Math.min(Integer.MAX_VALUE, Math.ceilDiv(bytes, (long) UNIT));
  }

  /** Returns what one request takes, nothing yet. */
  public Share share() {
    return new Share();
  }

  /** What one request takes, to be given back when it has been answered. */
  public final class Share implements AutoCloseable {
    private long taken;

    private Share() {}

    /**
     * Takes more memory.
     *
     * @throws HttpException 413 if the request takes more than there is for all, so that it can
     *     never be answered; 503 if there is none left at the moment
     */
    public void take(long bytes) {
      requirePossible(taken + Math.min(bytes, Long.MAX_VALUE - taken));
      if (!free.tryAcquire(units(taken + bytes) - units(taken))) {
        throw new HttpException(503, "the requests that are being answered take all memory");
      }
      taken += bytes;
    }

    /** Returns how many bytes it takes by now. */
    public long taken() {
      return taken;
    }

    /** Takes what is missing to so many bytes in all; see {@link #take}. */
    void takeUpTo(long total) {
      if (total > taken) {
        take(total - taken);
      }
    }

    /**
     * Keeps so many bytes and gives the rest back; takes what is missing, see {@link #take}.
     *
     * @throws HttpException as {@link #take} does; what was taken stays so
     */
    public void keep(long bytes) {
      takeUpTo(bytes);
      free.release(units(taken) - units(bytes));
      taken = bytes;
    }

    /**
     * Checks that so many bytes in all could be taken if there were no other request.
     *
     * @throws HttpException 413 if not
     */
    void requirePossible(long total) {
      if (total > (long) all * UNIT) {
        throw new HttpException(
            413,
            ("the request and its answer take %s KiB of memory,"
                    + " all requests together may take %s KiB")
                .formatted(Math.ceilDiv(total, (long) UNIT), all));
      }
    }

    @Override
    public void close() {
      free.release(units(taken));
      taken = 0;
    }
  }
}
