package dev.fovea.cli;

/**
 * A bar that shows how many of several pictures are done, where a person looks on. It stands while
 * a picture is worked at, and goes before something is printed.
 *
 * @param count how many pictures there are
 * @param json whether answers are printed as JSON, beside which nothing else is shown
 */
record PictureProgress(int count, boolean json) {
  private static final String ERASE = "\r\u001b[K";
  private static final int BAR = 24;

  /** Shows that so many are done. */
  void show(int done) {
    if (isSeen()) {
      int full = (int) ((long) BAR * done / count);
      System.err.print(
          ERASE + "█".repeat(full) + "░".repeat(BAR - full) + " " + done + "/" + count);
    }
  }

  /** Takes the bar away. */
  void erase() {
    if (isSeen()) {
      System.err.print(ERASE);
    }
  }

  private boolean isSeen() {
    return count > 1 && !json && Terminal.isInteractive();
  }
}
