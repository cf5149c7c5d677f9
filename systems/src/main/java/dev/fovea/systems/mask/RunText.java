package dev.fovea.systems.mask;

import dev.fovea.tensor.FoveaException;
import java.util.Arrays;

/** Run lengths as the compressed text that COCO writes. */
final class RunText {
  private static final int FIRST = 48;
  private static final int BITS = 5;
  private static final int MORE = 1 << BITS;
  private static final int SIGN = MORE / 2;

  /** The most groups of 5 bits that a difference of two counts takes. */
  private static final int MAX_GROUPS = 7;

  private RunText() {}

  static String write(int[] counts) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < counts.length; i++) {
      int rest = i > 2 ? counts[i] - counts[i - 2] : counts[i];
      boolean more = true;
      while (more) {
        int group = rest & (MORE - 1);
        rest >>= BITS;
        more = rest != ((group & SIGN) == 0 ? 0 : -1);
        text.append((char) (FIRST + (more ? group | MORE : group)));
      }
    }
    return text.toString();
  }

  static int[] read(String text) {
    int[] counts = new int[text.length()];
    int n = 0;
    for (int at = 0; at < text.length(); n++) {
      long value = 0;
      int groups = 0;
      int c;
      do {
        c = at < text.length() ? text.charAt(at++) - FIRST : -1;
        if (c < 0 || c >= 2 * MORE || groups == MAX_GROUPS) {
          throw new FoveaException(
              "run lengths: \"%s\" is no text of them at character %s".formatted(cut(text), at));
        }
        value |= (long) (c & (MORE - 1)) << (BITS * groups++);
      } while ((c & MORE) != 0);
      if ((c & SIGN) != 0) {
        value |= -1L << (BITS * groups);
      }
      long count = n > 2 ? value + counts[n - 2] : value;
      if (count < 0 || count > RunLengths.MAX_PIXELS) {
        throw new FoveaException(
            "run lengths: a run of %s pixels; need 0 to %s"
                .formatted(count, RunLengths.MAX_PIXELS));
      }
      counts[n] = (int) count;
    }
    return Arrays.copyOf(counts, n);
  }

  private static String cut(String text) {
    return text.length() <= 40 ? text : text.substring(0, 40) + "…";
  }
}
