package dev.fovea.cli;

/** Numbers of things in reports. */
final class Count {
  private Count() {}

  /**
   * Returns a number with what it counts, such as "1 picture" or "3 classes".
   *
   * @param thing what one of them is called; its plural ends in -s, behind an s in -es
   */
  static String of(long n, String thing) {
    String plural = thing + (thing.endsWith("s") ? "es" : "s");
    return n + " " + (n == 1 ? thing : plural);
  }
}
