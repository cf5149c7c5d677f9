package dev.fovea.studio.web;

/** What is being sent at this moment: bounded in number and in bytes, over all pages. */
public final class Uploads {
  private static final int MOST = 8;
  private static final long MOST_BYTES = 4L << 30;

  private final int most;
  private final long mostBytes;
  private int open;
  private long bytes;

  /** Allows 8 at once, and 4 GiB of all together. */
  public Uploads() {
    this(MOST, MOST_BYTES);
  }

  /** Allows so many at once, and so many bytes of all together. */
  public Uploads(int most, long mostBytes) {
    this.most = most;
    this.mostBytes = mostBytes;
  }

  /**
   * Begins one.
   *
   * @throws Refusal if there are too many
   */
  public synchronized Upload begin() {
    if (open >= most) {
      throw new Refusal(503, "%s files are being sent already; wait for one".formatted(most));
    }
    open++;
    return new Upload();
  }

  /** One file that is being sent. */
  public final class Upload implements AutoCloseable {
    private long own;

    private Upload() {}

    /**
     * Counts bytes that have come.
     *
     * @throws Refusal if all together are too many
     */
    public void add(long more) {
      synchronized (Uploads.this) {
        if (bytes + more > mostBytes) {
          throw new Refusal(
              503,
              "the files that are being sent are too large together: at most %s bytes"
                  .formatted(mostBytes));
        }
        own += more;
        bytes += more;
      }
    }

    @Override
    public void close() {
      synchronized (Uploads.this) {
        open--;
        bytes -= own;
      }
    }
  }
}
